/** The way to the designer's HTTP: cookie session, CSRF header, the reader's language, and problems as typed errors. */
import i18n from '../i18n'
import type { Fault } from './types'

/** A refusal by the designer (RFC 9457), or status 0 when it could not be reached at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: Fault[] = [],
  ) {
    super(detail || title)
    this.name = 'ApiError'
  }
}

export interface Reply<T> { data: T; etag: string | null }
/** `body` travels as JSON; `form` is a file with its fields, sent as it is. */
export interface Options { body?: unknown; form?: FormData; ifMatch?: string | null; signal?: AbortSignal; keepalive?: boolean }
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

let csrf = ''
let signedOut: () => void = () => undefined

/** Remember the token that `/me` or the sign-in gave. */
export function setCsrf(token: string): void {
  csrf = token
}

/** Say what is to happen when the designer no longer knows us (401). */
export function onSignedOut(listener: () => void): void {
  signedOut = listener
}

async function problem(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    const body = JSON.parse(text) as { title?: string; detail?: string; errors?: Fault[] }
    return new ApiError(response.status, body.title ?? response.statusText, body.detail ?? '', body.errors ?? [])
  } catch {
    return new ApiError(response.status, response.statusText || String(response.status), '')
  }
}

async function answer(method: Method, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': i18n.language }
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf
  if (options.ifMatch) headers['If-Match'] = options.ifMatch
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, {
      method, headers, credentials: 'same-origin',
      body: options.form ?? (options.body === undefined ? null : JSON.stringify(options.body)),
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.keepalive ? { keepalive: true } : {}),
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, i18n.t('shell.unreachable'), i18n.t('shell.unreachable'))
  }
  if (response.status === 401 && !path.startsWith('/sign-in') && path !== '/me') signedOut()
  if (!response.ok) throw await problem(response)
  return response
}

/** One call to `/api/v1`, with the ETag of what came back. */
export async function request<T>(method: Method, path: string, options: Options = {}): Promise<Reply<T>> {
  const response = await answer(method, path, options)
  const data = response.status === 204 ? (undefined as T) : ((await response.json()) as T)
  return { data, etag: response.headers.get('ETag') }
}

export const api = {
  get: async <T>(path: string, signal?: AbortSignal): Promise<T> => (await request<T>('GET', path, signal ? { signal } : {})).data,
  post: async <T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> =>
    (await request<T>('POST', path, { body: body ?? {}, ...(signal ? { signal } : {}) })).data,
  put: async <T>(path: string, body: unknown): Promise<T> => (await request<T>('PUT', path, { body })).data,
  patch: async <T>(path: string, body: unknown, ifMatch?: string): Promise<T> =>
    (await request<T>('PATCH', path, { body, ...(ifMatch ? { ifMatch } : {}) })).data,
  upload: async <T>(path: string, form: FormData): Promise<T> => (await request<T>('POST', path, { form })).data,
  /** What is no JSON, such as sound. */
  bytes: async (path: string, body?: unknown, signal?: AbortSignal): Promise<ArrayBuffer> =>
    (await answer(body === undefined ? 'GET' : 'POST', path, { ...(body === undefined ? {} : { body }), ...(signal ? { signal } : {}) })).arrayBuffer(),
  delete: async (path: string): Promise<void> => void (await request<unknown>('DELETE', path)),
}
