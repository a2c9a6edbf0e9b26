export function SignIn() {
  return <main className="content" />
}
