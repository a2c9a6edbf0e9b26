export function Follow() {
  return <main className="content" />
}
