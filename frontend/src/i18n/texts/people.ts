/** Words of the page of users. */
import type { Texts } from '..'

export default {
  'zh-CN': {
    title: '用户', invite: '邀请', none: '还没有用户', noneWhat: '邀请同事：给他一个链接，他设好密码就能进来。',
    name: '名字', login: '邮箱或工号', role: '角色', roleOf: '{{name}} 的角色', state: '状态', factor: '二次验证', on: '已开', sessions: '登录数', last: '最近登录', never: '还没有', more: '更多', moreOf: '{{name}} 的操作',
    active: '正常', invited: '已邀请', disabled: '已停用',
    administrator: '管理员', designer: '设计员', operator: '运营', auditor: '审计员',
    administratorMay: '什么都能做，也管用户和钥匙', designerMay: '画流程、试、发布', operatorMay: '跑活动、看会话、处理待办', auditorMay: '只看，听录音，看审计',
    missing: '还没有填。', makeLink: '生成链接', notDone: '没有做成', notLoaded: '没有读到用户',
    inviteAgain: '再给一个邀请链接', newLink: '给一个重设密码的链接', resetFactor: '解除二次验证', resetFactorAsk: '解除 {{name}} 的二次验证', resetFactorWhat: '手机丢了才需要。他在各处的登录都会结束，下次只凭密码进来。',
    signOut: '结束所有登录', disable: '停用', enable: '恢复', remove: '删除', removeAsk: '删除 {{name}}', removeWhat: '他再也进不来。他做过的事仍留在审计里。',
    linkOf: '给 {{name}} 的链接', link: '链接', giveIt: '把它发给本人：打开后设密码就能进来。', mailed: '已寄到 {{login}}；也可以亲手给他。', linkEnds: '只在这里显示一次；只能用一次，{{time}} 之前有效。', done: '好了',
    required: '登录必须二次验证', requiredWhat: '没有设置的人下次登录时当场设置。密码因此可以短到 8 个字符。',
  },
  en: {
    title: 'Users', invite: 'Invite', none: 'No users yet', noneWhat: 'Invite colleagues: give them a link, they choose a password and are in.',
    name: 'Name', login: 'E-mail or staff number', role: 'Role', roleOf: 'Role of {{name}}', state: 'State', factor: 'Second factor', on: 'On', sessions: 'Sessions', last: 'Last sign-in', never: 'Never', more: 'More', moreOf: 'Actions for {{name}}',
    active: 'Active', invited: 'Invited', disabled: 'Disabled',
    administrator: 'Administrator', designer: 'Designer', operator: 'Operator', auditor: 'Auditor',
    administratorMay: 'does everything, users and keys too', designerMay: 'draws, tries and publishes flows', operatorMay: 'runs campaigns, looks at sessions, decides tasks', auditorMay: 'only looks, hears recordings, reads the audit log',
    missing: 'This is not filled in yet.', makeLink: 'Make the link', notDone: 'It was not done', notLoaded: 'The users could not be read',
    inviteAgain: 'Another invitation link', newLink: 'A link to a new password', resetFactor: 'Take the second factor away', resetFactorAsk: 'Take the second factor of {{name}} away', resetFactorWhat: 'For when the phone is lost. All sessions end, and the password alone lets them in the next time.',
    signOut: 'Sign out everywhere', disable: 'Disable', enable: 'Let in again', remove: 'Remove', removeAsk: 'Remove {{name}}', removeWhat: 'They cannot come in any more. What they did stays in the audit log.',
    linkOf: 'The link for {{name}}', link: 'Link', giveIt: 'Give it to them: they open it, choose a password and are in.', mailed: 'It was mailed to {{login}}; you can also give it to them yourself.', linkEnds: 'Shown this once. It opens once, until {{time}}.', done: 'Done',
    required: 'A second factor is required', requiredWhat: 'Whoever has none sets it up at the next sign-in. Passwords may then be as short as 8 characters.',
  },
} satisfies Texts
