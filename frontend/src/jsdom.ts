/** What antd asks of a browser and jsdom does not have; loaded before every test. */
if (typeof window !== 'undefined') {
  // What is waited for comes, on a busy machine as well; the second that is usual measures the machine.
  const { configure } = await import('@testing-library/dom')
  configure({ asyncUtilTimeout: 30_000 })
  // A wide screen in the light.
  window.matchMedia ??= (query: string) =>
    ({ matches: query.includes('min-width'), media: query, addEventListener: () => undefined, removeEventListener: () => undefined }) as unknown as MediaQueryList
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
  Element.prototype.setPointerCapture ??= () => undefined
  // Nothing is painted here, and reading antd's style sheets for every role makes a test of seconds out of milliseconds.
  window.getComputedStyle = (element) => (element as HTMLElement).style
}

export {}
