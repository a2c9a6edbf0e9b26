/** Words of the page of trunks and numbers. */
import type { Texts } from '..'

export default {
  'zh-CN': {
    title: '线路与号码', notLoaded: '没有读到线路', trunks: '线路', numbers: '号码', newTrunk: '新线路', newNumber: '新号码', trunkOf: '线路 {{name}}',
    noTrunks: '还没有线路。没有别的线路时，只用自带的 local，打的是本机。', noNumbers: '还没有自己的号码。', name: '名字', where: '在哪里', endpointIs: 'Asterisk 的 {{name}}', state: '状态', patterns: '走这条的号码', allNumbers: '所有号码',
    calls: '正在通话', perSecond: '每秒新呼叫', noLimit: '不限', is: { ready: '能用', away: '不通', unregistered: '没有登录上', off: '已停用', unknown: '还不知道' },
    number: '号码', region: '地区', trunk: '线路', anyTrunk: '任何线路', starts: '打来、发来时', startsNothing: '什么也不开始', shown: '对方看得到', by: { call: '打来', sms: '来短信', fax: '来传真', missed_call: '回拨' },
    numberWhat: '按线路上的写法；+86、0086 等写法都认得', startsFlow: '打来时开始', startsWhat: '已发布的流程', shownWhat: '外呼时可以显示这个号码', removeNumber: '删除 {{number}}', removeNumberWhat: '它开始的流程还绑着，可在“触发”里解开。',
    removeTrunk: '删除 {{name}}', removeTrunkWhat: '正在它上面的通话继续，新的不再走它。', builtIn: '这条是自带的，打的是本机，改不了。', ofProvider: '运营商的', ofAsterisk: '自己的 Asterisk 里已有的', more: '更多',
    field: {
      name: '名字', nameWhat: '小写字母开头，流程里用它', host: '服务器', endpoint: 'PJSIP 端点', port: '端口', transport: '传输', username: '用户名', password: '密码', passwordKept: '已保存，不再显示；写新的就换掉', passwordOnce: '存好后不再显示',
      register: '登录到运营商，才能打进来', at_once: '同时最多几通', per_second: '每秒最多几通新的', position: '先后（小的先试）', patterns: '走这条的号码', patternsWhat: '139 开头、139XXXXXXXX 十一位、+852. 其后任意；空着是所有号码',
      number: '怎么拨', numberWhat: '{number} 原样，{e164}，{digits}，{national}', allow: '也可以拨的号码', allowWhat: '境外、收费、内部号码，不写就不拨', from_networks: '从这些地址来的才接（空着是服务器自己）', codecs: '编码', from_domain: '域名',
      loop_number: '环回测试的号码', calls_in_per_second: '每秒最多打进几通', check_seconds: '隔几秒问它在不在', t38: '传真走 T.38', srtp: '声音加密（要 TLS）', record_early: '留下没接通前听到的', enabled: '启用',
    },
  },
  en: {
    title: 'Lines and numbers', notLoaded: 'Lines were not loaded', trunks: 'Trunks', numbers: 'Numbers', newTrunk: 'New trunk', newNumber: 'New number', trunkOf: 'Trunk {{name}}',
    noTrunks: 'No trunks yet. While there is no other, the built-in one, local, is used: it calls this machine.', noNumbers: 'No numbers of your own yet.', name: 'Name', where: 'Where', endpointIs: '{{name}} of Asterisk', state: 'State', patterns: 'Numbers that go this way', allNumbers: 'all numbers',
    calls: 'Calls now', perSecond: 'New a second', noLimit: 'no limit', is: { ready: 'Ready', away: 'Not reachable', unregistered: 'Not logged in', off: 'Off', unknown: 'Not known yet' },
    number: 'Number', region: 'Region', trunk: 'Trunk', anyTrunk: 'any trunk', starts: 'When somebody calls or writes', startsNothing: 'Starts nothing', shown: 'Callees see it', by: { call: 'A call', sms: 'A text', fax: 'A fax', missed_call: 'A call back' },
    numberWhat: 'As the trunk writes it; +86, 0086 and the like are known', startsFlow: 'A call starts', startsWhat: 'A published flow', shownWhat: 'Callees may see this number', removeNumber: 'Delete {{number}}', removeNumberWhat: 'The flow that it starts stays bound; it is let go under “Triggers”.',
    removeTrunk: 'Delete {{name}}', removeTrunkWhat: 'Calls that are on it go on; new ones no longer go this way.', builtIn: 'This one is built in: it calls this machine, and cannot be changed.', ofProvider: 'Of a provider', ofAsterisk: 'One that your Asterisk has', more: 'More',
    field: {
      name: 'Name', nameWhat: 'Begins with a small letter; flows speak of it by this', host: 'Server', endpoint: 'PJSIP endpoint', port: 'Port', transport: 'Transport', username: 'User name', password: 'Password', passwordKept: 'Kept and not shown; write a new one to replace it', passwordOnce: 'Not shown again once it is kept',
      register: 'Log in at the provider, to be called', at_once: 'Calls at once', per_second: 'New calls a second', position: 'Order (lower is tried first)', patterns: 'Numbers that go this way', patternsWhat: '139 begins so, 139XXXXXXXX eleven digits, +852. any rest; empty is all numbers',
      number: 'How it is dialled', numberWhat: '{number} as it is, {e164}, {digits}, {national}', allow: 'May be dialled, too', allowWhat: 'Foreign, premium and internal numbers; none if empty', from_networks: 'Calls are taken from these addresses (the server alone if empty)', codecs: 'Codecs', from_domain: 'Domain',
      loop_number: 'Number for the loop test', calls_in_per_second: 'Calls in a second, at most', check_seconds: 'Seconds between looks', t38: 'Fax by T.38', srtp: 'Encrypt the sound (needs TLS)', record_early: 'Keep what is heard before an answer', enabled: 'In use',
    },
  },
} satisfies Texts
