export function Flows() {
  return <main className="content" />
}
