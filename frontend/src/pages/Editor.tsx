export function Editor() {
  return <main className="content" />
}
