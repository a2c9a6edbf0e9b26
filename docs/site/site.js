/* Before the first paint: the colours that the designer was set to, and where the search finds its index. Later: what
   scrolls sideways can be reached by keys, and the list of pages shows the one that is read. */
(() => {
  const root = document.documentElement
  const chosen = localStorage.getItem('callweave.mode')
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  window.base_url = root.dataset.base
  document.addEventListener('keydown', (event) => {
    const field = document.getElementById('search')
    if (event.key === '/' && document.activeElement !== field) {
      event.preventDefault()
      field.focus()
    }
  })
  const reachable = () => {
    for (const box of document.querySelectorAll('pre, .wide')) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0
      else box.removeAttribute('tabindex')
    }
  }
  document.addEventListener('DOMContentLoaded', () => {
    reachable()
    const list = document.getElementById('pages')
    const here = list.querySelector('[aria-current]')
    if (here && list.scrollHeight > list.clientHeight) list.scrollTop = here.offsetTop - list.clientHeight / 2
  })
  addEventListener('resize', reachable)
})()
