/* Before the first paint: the colours that the designer was set to, and where MkDocs' search finds its index. */
(() => {
  const root = document.documentElement
  const chosen = localStorage.getItem('callweave.mode')
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  window.base_url = root.dataset.base
  document.addEventListener('keydown', (event) => {
    const field = document.getElementById('mkdocs-search-query')
    if (event.key === '/' && document.activeElement !== field) {
      event.preventDefault()
      field.focus()
    }
  })
})()
