/* The search: parts that have every word of the query, in whichever language; a page that is there in the reader's language too
   comes behind all others. Its index is asked for with the first letter. */
(() => {
  const MOST = 15
  const AROUND = 40
  const CHINESE = '.zh-CN.html'
  const reading = location.pathname.endsWith(CHINESE)
  let asked
  const parts = () => (asked ??= fetch(new URL(`${window.base_url}/search/search_index.json`, location.href))
    .then((answer) => answer.json())
    .then(({ docs }) => {
      const pages = new Set(docs.map((one) => one.location.split('#')[0]))
      return docs.map((one) => ({ ...one, title_: one.title.toLowerCase(), text_: one.text.toLowerCase(), foreign: foreign(one.location.split('#')[0], pages) }))
    }))

  /* Whether the same page is there in the language that is read. */
  const foreign = (page, pages) => page.endsWith(CHINESE) !== reading
    && pages.has(reading ? page.replace(/\.html$/, CHINESE) : page.replace(CHINESE, '.html'))

  /* The fewer the better: a word in the title, and a part of a page before the page. */
  const rank = (one, words) => (one.foreign ? 1000 : 0) + words.filter((word) => !one.title_.includes(word)).length * 2 + (one.location.includes('#') ? 0 : 1)

  const row = (one, words) => {
    const link = document.createElement('a')
    link.href = new URL(`${window.base_url}/${one.location}`, location.href).href
    link.textContent = one.title
    const heading = document.createElement('h3')
    heading.append(link)
    const at = Math.max(0, one.text_.indexOf(words[0]) - AROUND)
    const around = document.createElement('p')
    around.textContent = (at > 0 ? '…' : '') + one.text.slice(at, at + 3 * AROUND)
    const article = document.createElement('article')
    article.append(heading, around)
    return article
  }

  const search = async (field, list) => {
    const query = field.value.trim().toLowerCase()
    const words = query.split(/\s+/).filter(Boolean)
    if (words.length === 0) return list.replaceChildren()
    const all = await parts()
    if (field.value.trim().toLowerCase() !== query) return
    const found = all.filter((one) => words.every((word) => one.title_.includes(word) || one.text_.includes(word)))
    const rows = found.sort((a, b) => rank(a, words) - rank(b, words)).slice(0, MOST).map((one) => row(one, words))
    if (rows.length > 0) list.replaceChildren(...rows)
    else list.textContent = list.dataset.none
  }

  const field = document.getElementById('search')
  const list = document.getElementById('found')
  field.addEventListener('input', () => void search(field, list))
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') list.querySelector('a')?.click()
    if (event.key === 'Escape') {
      field.value = ''
      list.replaceChildren()
    }
  })
})()
