/** What a country, or a part of one, is called: CN, DE-BY. */
export function regionName(code: string, language: string): string {
  const [country = code, part] = code.split('-')
  try {
    const name = new Intl.DisplayNames([language], { type: 'region' }).of(country) ?? country
    return part ? `${name} ${part}` : name
  } catch {
    return code
  }
}
