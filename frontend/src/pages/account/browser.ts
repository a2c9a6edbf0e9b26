/** A browser and its system as people call them, from what it says of itself; empty where it cannot be told. */
const browsers: [RegExp, string][] = [[/Edg\//, 'Edge'], [/OPR\//, 'Opera'], [/Firefox\//, 'Firefox'], [/MicroMessenger\//, 'WeChat'], [/Chrom(e|ium)\//, 'Chrome'], [/Safari\//, 'Safari'], [/^curl\//, 'curl']]
const systems: [RegExp, string][] = [[/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']]

export function browserName(software: string): string {
  const find = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(software))?.[1]
  return [find(browsers), find(systems)].filter(Boolean).join(' · ')
}
