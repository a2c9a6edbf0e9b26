/** The telephone in the browser, by which a draft is called. */
import type { Texts } from '..'

export default {
  'zh-CN': {
    call: '用浏览器通话', name: '浏览器电话', tab: '这个浏览器',
    line: { asking: '等待麦克风', connecting: '接通中', waiting: '等来电', ringing: '振铃', talking: '通话中', over: '已结束', failed: '没有接通' },
    answer: '接听', decline: '不接', hangUp: '挂断', mute: '静音', unmute: '取消静音', muted: '已静音：对方听不到你', again: '再打一次', close: '回到模拟电话', length: '通话时长',
    allowMicrophone: '请在浏览器里允许使用麦克风。', beginning: '引擎开始走这份草稿，电话一来就接起。', goesOn: '这通结束了，流程还在走：它再打来时这里会响。', ended: '流程走完了。',
    what: '真的引擎，真的 Asterisk：这个浏览器就是被叫的电话。流程要发的短信、要写回的数据都是真的。',
    failed: {
      insecure: '这一页不是经 HTTPS（或本机地址）打开的，浏览器不给麦克风。请让管理员给设计器配上 HTTPS，或改用“打到我的电话”。',
      noMicrophone: '没有找到麦克风。', refused: '没有允许使用麦克风。在浏览器地址栏里允许后再打。', lost: '到 Asterisk 的线路断了。', sound: '声音没有接通：浏览器与 Asterisk 之间的 UDP 端口要放行。', failed: '没有接通：{{reason}}',
    },
  },
  en: {
    call: 'Call from the browser', name: 'Browser phone', tab: 'this browser',
    line: { asking: 'Waiting for the microphone', connecting: 'Connecting', waiting: 'Waiting for the call', ringing: 'Ringing', talking: 'On the phone', over: 'Ended', failed: 'Not connected' },
    answer: 'Answer', decline: 'Decline', hangUp: 'Hang up', mute: 'Mute', unmute: 'Unmute', muted: 'Muted: you are not heard', again: 'Call again', close: 'Back to the simulated phone', length: 'Length of the call',
    allowMicrophone: 'Let the browser use the microphone.', beginning: 'The engine begins the draft; its call is taken as soon as it comes.', goesOn: 'This call is over and the flow goes on: it rings here when it calls again.', ended: 'The flow has ended.',
    what: 'The real engine and the real Asterisk: this browser is the telephone that is called. What the flow sends and writes back, it really sends and writes.',
    failed: {
      insecure: 'This page was not opened by HTTPS (or on this machine), so the browser gives no microphone. Have the designer put behind HTTPS, or use “Call my number”.',
      noMicrophone: 'There is no microphone.', refused: 'The microphone was not allowed. Allow it in the address bar of the browser, then call again.', lost: 'The line to Asterisk has broken.', sound: 'There is no sound: the UDP ports between this browser and Asterisk must be open.', failed: 'Not connected: {{reason}}',
    },
  },
} satisfies Texts
