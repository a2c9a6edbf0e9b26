/** Words of the page of one's own account. */
import type { Texts } from '..'

export default {
  'zh-CN': {
    title: '我的账号', profile: '我', tenant: '机构', save: '保存',
    change: '更改密码', choose: '设一个密码', changed: '密码已更改，其他地方的登录都结束了。', setAt: '设于 {{time}}', noPassword: '还没有密码：用统一账号登录。', now: '现在的密码', next: '新密码', othersEnd: '更改后，其他地方的登录都会结束。',
    off: '未开', factorWhat: '登录时再输入手机上验证器显示的 6 位数字：密码被人知道了也进不来。', codesLeft_other: '备用码还剩 {{count}} 个。', newCodes: '换一批备用码', removeFactor: '关掉', goOn: '继续', scan: '用手机上的验证器扫这个码，再填它显示的 6 位数字。',
    languageWhat: '发给您的邮件用它；改了，界面也跟着变。',
    providers: '统一账号', providersWhat: '关联之后，用机构的统一账号也能登录这个账号。', isLinked: '已关联', link: '关联', unlink: '解除', linkOf: '关联{{name, apart}}', unlinkOf: '解除{{name, apart}}', provider_linked: '关联好了。', provider_taken: '这个统一账号已经关联了别的用户。', provider_refused: '统一账号没有确认，没关联上。',
    sessions: '登录在哪里', endOthers: '结束其他所有登录', end: '结束', thisOne: '就是这里', seen: '最近 {{time}}', ends: '{{time}} 到期', unknownBrowser: '认不出的浏览器',
  },
  en: {
    title: 'My account', profile: 'Me', tenant: 'Organisation', save: 'Save',
    change: 'Change password', choose: 'Choose a password', changed: 'The password is changed, and you are signed out everywhere else.', setAt: 'Set {{time}}', noPassword: 'No password yet: you come in by your organisation’s sign-in.', now: 'Present password', next: 'New password', othersEnd: 'You will be signed out everywhere else.',
    off: 'Off', factorWhat: 'Sign in with 6 digits of an authenticator on your phone besides: whoever learns the password cannot come in.', codesLeft_one: '{{count}} recovery code left.', codesLeft_other: '{{count}} recovery codes left.', newCodes: 'New recovery codes', removeFactor: 'Turn it off', goOn: 'Go on', scan: 'Scan this with the authenticator on your phone, then enter the 6 digits it shows.',
    languageWhat: 'Of mails to you; choosing one changes the pages, too.',
    providers: 'Your organisation’s sign-in', providersWhat: 'Once it is linked, you can come in to this account by it, too.', isLinked: 'Linked', link: 'Link', unlink: 'Unlink', linkOf: 'Link {{name}}', unlinkOf: 'Unlink {{name}}', provider_linked: 'It is linked.', provider_taken: 'That sign-in belongs to another user here.', provider_refused: 'It was not confirmed, and nothing is linked.',
    sessions: 'Where you are signed in', endOthers: 'End all others', end: 'End', thisOne: 'This one', seen: 'seen {{time}}', ends: 'ends {{time}}', unknownBrowser: 'Unknown browser',
  },
} satisfies Texts
