/** Two threads that cross: the product's mark. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" fill="none" strokeWidth="2.2" strokeLinecap="round" aria-hidden="true">
      <path d="M2 7c4.5 0 4.5 8 9 8s4.5-8 9-8" stroke="var(--brand)" />
      <path d="M2 15c2 0 3.2-1.6 4.2-3.3M8.2 8.3C9 7.4 9.8 7 11 7s2 .4 2.8 1.3M15.9 11.7C16.9 13.4 18 15 20 15" stroke="var(--ink)" />
    </svg>
  )
}
