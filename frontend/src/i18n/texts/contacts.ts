/** Words of the pages of people. */
import type { Texts } from '..'

export default {
  'zh-CN': {
    title: '联系人', back: '回到联系人', search: '姓名、完整号码、邮箱，或 编号:P1', notLoaded: '没有读到联系人', oneNotLoaded: '没有读到这个人',
    none: '还没有联系人', noneWhat: '记录说的是谁，谁就会在这里。', toRecords: '放入记录', noneFits: '没有“{{text}}”', noneFitsWhat: '号码要写全：只搜完整的号码。', showAll: '看全部',
    name: '姓名', key: '编号', phone: '电话', email: '邮箱', language: '语言', time_zone: '时区', updated: '更新',
    campaigns: '在哪些活动里', noCampaign: '不在任何活动里。', turnAt: '{{at}} 起轮到',
    reached: '怎么联系', known: '知道的', passed: '往来', nothingPassed: '还没有往来', noAddress: '没有号码，也没有邮箱', earlier: '以前的', only: '只看',
    may: { voice: '可以打', sms: '可以发短信', mail: '可以发邮件' }, barred: { voice: '不打电话', sms: '不发短信', mail: '不发邮件' }, agreed: '本人同意', allow: '允许', bar: '不再联系',
    from: { message: '本人回复的', person: '本人说的', api: '接口', bounce: '退信' },
    medium: { all: '全部', voice: '电话', sms: '短信', mail: '邮件', flow: '流程' },
    what: { voice_in: '打来', voice_out: '打去', sms_in: '来短信', sms_out: '发短信', mail_in: '来邮件', mail_out: '发邮件', flow: '流程' },
    fate: {
      answered: '接通', busy: '占线', no_answer: '无人接', failed: '失败', unknown: '不知结果', received: '收到', sent: '已发', delivered: '已送达', queued: '排队', sending: '在发', stopped: '本人不要，没发',
      running: '进行中', waiting: '等待中', completed: '完成', cancelled: '已取消', expired: '已过期', ringing: '振铃', up: '通话中', ended: '结束',
    },
    replay: '在画布上看',
    erase: '彻底忘掉…', eraseTitle: '彻底忘掉 {{name}}', eraseDo: '忘掉 {{name}}', eraseWhat: '{{records}} 条记录、{{messages}} 条消息、{{calls}} 通电话，还有会话和录音里的他，全部抹掉，不能恢复。留下一张回执，上面没有他是谁。',
    reason: '为什么（写在回执上）', reasonWhat: '如 本人要求；别写是谁', stopping: '正在让他的会话停下，停下就抹掉…', notErased: '没有抹掉',
    erased: '已经忘掉', erasedWhat: '这是凭证。日后他来问，按编号能在“抹除回执”里找到。', erasures: '抹除回执', erasuresWhat: '抹掉了什么、谁抹的、什么时候。上面没有名字；有编号的人可以查自己的。', byKey: '按编号查', erasuresNotLoaded: '没有读到回执', noErasureOf: '没有这个编号的回执', noErasures: '还没有抹掉过谁', erasedBy: '{{who}} 抹的', mark: '记号',
  },
  en: {
    title: 'Contacts', back: 'Back to contacts', search: 'Name, whole number, mail, or key:P1', notLoaded: 'Contacts were not loaded', oneNotLoaded: 'This person was not loaded',
    none: 'No contacts yet', noneWhat: 'Whom records are about stands here.', toRecords: 'Put in records', noneFits: 'Nobody with “{{text}}”', noneFitsWhat: 'Numbers are looked for whole.', showAll: 'Show all',
    name: 'Name', key: 'Key', phone: 'Telephone', email: 'E-mail', language: 'Language', time_zone: 'Time zone', updated: 'Updated',
    campaigns: 'Campaigns', noCampaign: 'In no campaign.', turnAt: 'from {{at}} on',
    reached: 'How to reach', known: 'What is known', passed: 'What passed', nothingPassed: 'Nothing passed yet', noAddress: 'Neither a number nor a mail address', earlier: 'earlier', only: 'Show only',
    may: { voice: 'may be called', sms: 'may be texted', mail: 'may be mailed' }, barred: { voice: 'no calls', sms: 'no texts', mail: 'no mail' }, agreed: 'has agreed', allow: 'Allow', bar: 'Contact no more',
    from: { message: 'by a reply', person: 'said so', api: 'API', bounce: 'bounced' },
    medium: { all: 'All', voice: 'Calls', sms: 'Texts', mail: 'Mail', flow: 'Flows' },
    what: { voice_in: 'Called us', voice_out: 'Was called', sms_in: 'Texted us', sms_out: 'Was texted', mail_in: 'Wrote to us', mail_out: 'Was written to', flow: 'Flow' },
    fate: {
      answered: 'answered', busy: 'busy', no_answer: 'no answer', failed: 'failed', unknown: 'unknown', received: 'received', sent: 'sent', delivered: 'delivered', queued: 'queued', sending: 'being sent', stopped: 'not sent: unwanted',
      running: 'running', waiting: 'waiting', completed: 'completed', cancelled: 'cancelled', expired: 'expired', ringing: 'ringing', up: 'talking', ended: 'ended',
    },
    replay: 'See it on the drawing',
    erase: 'Forget for good…', eraseTitle: 'Forget {{name}} for good', eraseDo: 'Forget {{name}}', eraseWhat: '{{records}} records, {{messages}} messages, {{calls}} calls, and the person in sessions and recordings are erased and cannot be brought back. A receipt stays that does not say who it was.',
    reason: 'Why (stands on the receipt)', reasonWhat: 'Such as: on request. Not who it is', stopping: 'Sessions are being stopped; then it is erased…', notErased: 'Not erased',
    erased: 'Forgotten', erasedWhat: 'This is the proof. If the person asks some day, it is found by the key under “Receipts of erasure”.', erasures: 'Receipts of erasure', erasuresWhat: 'What was erased, by whom and when. No name stands there; whoever has a key can look for his own.', byKey: 'By person key', erasuresNotLoaded: 'Receipts were not loaded', noErasureOf: 'No receipt of this key', noErasures: 'Nobody was erased yet', erasedBy: 'by {{who}}', mark: 'Mark',
  },
} satisfies Texts
