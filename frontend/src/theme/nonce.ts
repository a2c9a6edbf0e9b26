/**
 * The page's nonce for styles. The server allows no style that does not carry it; antd passes it on for its own rules,
 * but what some of its parts write themselves (the scroll lock, the width of a scroll bar) comes without, so every
 * <style> that a script makes gets it here.
 */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''

if (nonce) {
  const create = document.createElement.bind(document)
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options)
    if (element instanceof HTMLStyleElement) element.nonce = nonce
    return element
  }) as typeof document.createElement
}
