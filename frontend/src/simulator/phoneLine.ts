/** The line of the browser's telephone: SIP by JsSIP, passed on by the designer to its Asterisk. A chunk of its own, loaded when somebody telephones. */
import { C, UA, WebSocketInterface } from 'jssip'
import type { DTMF_TRANSPORT } from 'jssip/lib/Constants'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRTCSessionEvent } from 'jssip/lib/UA'

const EXPIRES_SECONDS = 120
const KEY_MILLISECONDS = 120
const BUSY = 486

export interface Heard {
  /** Asterisk knows this telephone: it may be called. */
  ready: () => void
  rings: () => void
  talks: () => void
  /** A call is over; `sound` says that it failed for the want of a way for its sound. */
  over: (sound: boolean) => void
  lost: (reason: string) => void
}

export interface PhoneLine {
  answer: () => void
  press: (key: string) => void
  mute: (on: boolean) => void
  hangUp: () => void
  close: () => void
}

export function openLine(phone: string, password: string, microphone: MediaStream, heard: Heard): PhoneLine {
  const socket = new WebSocketInterface(`${location.protocol.replace('http', 'ws')}//${location.host}/api/v1/browser-phones/${phone}/line`)
  // What stands between is the designer's; Asterisk itself is spoken to without TLS, on its own machine.
  socket.via_transport = 'WS'
  const ua = new UA({ sockets: [socket], uri: `sip:${phone}@callweave.invalid`, password, register: true, register_expires: EXPIRES_SECONDS, session_timers: false })
  const audio = new Audio()
  audio.autoplay = true
  let call: RTCSession | null = null
  let closed = false

  const lost = (reason: string) => {
    if (!closed) heard.lost(reason)
    close()
  }
  const close = () => {
    if (closed) return
    closed = true
    ua.stop()
    audio.srcObject = null
    for (const track of microphone.getTracks()) track.stop()
  }
  ua.on('registered', heard.ready)
  ua.on('registrationFailed', ({ cause }: { cause?: string }) => lost(cause ?? ''))
  ua.on('disconnected', () => lost(''))
  ua.on('newRTCSession', ({ session }: IncomingRTCSessionEvent) => {
    if (call) {
      session.terminate({ status_code: BUSY })
      return
    }
    call = session
    let talked = false
    const over = (cause: string) => {
      call = null
      audio.srcObject = null
      heard.over(!talked && cause === C.causes.RTP_TIMEOUT)
    }
    session.on('peerconnection', ({ peerconnection }) => {
      peerconnection.addEventListener('track', ({ streams, track }) => { audio.srcObject = streams[0] ?? new MediaStream([track]) })
    })
    session.on('confirmed', () => { talked = true; heard.talks() })
    session.on('ended', ({ cause }) => over(cause))
    session.on('failed', ({ cause }) => over(cause))
    heard.rings()
  })
  ua.start()
  return {
    answer: () => call?.answer({ mediaStream: microphone, mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } }),
    press: (key) => call?.sendDTMF(key, { transportType: 'RFC2833' as DTMF_TRANSPORT, duration: KEY_MILLISECONDS }),
    mute: (on) => { if (on) call?.mute({ audio: true }); else call?.unmute({ audio: true }) },
    hangUp: () => call?.terminate(call.isEstablished() ? {} : { status_code: BUSY }),
    close,
  }
}
