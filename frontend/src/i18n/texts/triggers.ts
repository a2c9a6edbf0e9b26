/** Words of the page of what starts flows. */
import type { Texts } from '..'

export default {
  'zh-CN': {
    title: '触发', notLoaded: '没有读到触发', none: '还没有触发', noneWhat: '有人打来、来短信、记录来了、日子到了，流程就自己开始。', noneFits: '没有合适的', showAll: '看全部', search: '搜流程、号码、条件', new: '新触发', change: '改触发', make: '设好', notMade: '没有设好', remove: '解开', removeWhat: '安排好还没做的都会取消；已经开始的继续。',
    kind: '什么事', when: '什么时候', flow: '开始哪个流程', since: '设于', on: '开着', switch: '开着：{{kind}}', daily: '每天', anyNumber: '任何号码', anyField: '任何字段', keywordSample: '如 挂号，预约', cancelWhat: '成立时不再开始，已开始的取消', nonePublished: '还没有已发布的流程', next: '接下来：{{moments}}', once_: '只开始一次，不按记录', offsetWhat: '-1d 前一天，2h 后两小时', timesWhat: '几个时间的分钟要一样',
    kinds: { record: '记录来了或变了', date: '日子前后', schedule: '定时', call: '有人打来', sms: '来短信', fax: '来传真', missed_call: '没接通后回拨', manual: '人来开始' },
    what: { record: '一来新记录，或记录一变，就开始。', date: '按记录里的日子往前往后算，日子改了也跟着改。', schedule: '一次又一次，到点就开始。', call: '这个号码有人打进来。', sms: '短信不是回答什么，又说了这个词。', fax: '这个号码留给传真。', missed_call: '我们打过没接通，他打回来。', manual: '由人在流程里开始。' },
    on_created: '新的', on_updated: '变了的', once: { always: '每次都开始', record: '每条记录一次', contact: '每个人一次', day: '每人每天一次' }, past: { skip: '来晚了就不开始', start: '来晚了马上开始' },
    said: { record: '{{type}}，{{on}}', date: '{{type}}.{{field}} {{offset}} {{at}}', words: '说 {{words}}' },
    field: { number: '号码', keyword: '说了哪个词', offset: '提前或推后', at: '几点（对方当地）', when: '还要成立', cancel_when: '取消，当', times: '几点', record_type: '哪种记录', changed: '哪个字段变了', field: '哪个日子', once: '多少次', if_past: '来晚了', audience: '给谁', on: '哪些', days: '星期几', rrule: '规则（RFC 5545）' },
  },
  en: {
    title: 'Triggers', notLoaded: 'Triggers were not loaded', none: 'No triggers yet', noneWhat: 'Somebody calls or texts, a record comes, a date is near: the flow starts by itself.', noneFits: 'None fits', showAll: 'Show all', search: 'Search flows, numbers, conditions', new: 'New trigger', change: 'Change the trigger', make: 'Set it', notMade: 'Not set', remove: 'Let it go', removeWhat: 'What is planned is cancelled; what has started goes on.',
    kind: 'What happens', when: 'When', flow: 'Starts the flow', since: 'Since', on: 'On', switch: 'On: {{kind}}', daily: 'Every day', anyNumber: 'any number', anyField: 'any field', keywordSample: 'Such as: book, appointment', cancelWhat: 'Where this holds nothing starts, and what has started is cancelled', nonePublished: 'No flow is published yet', next: 'Next: {{moments}}', once_: 'start once, for no record', offsetWhat: '-1d the day before, 2h two hours after', timesWhat: 'All times have the same minutes',
    kinds: { record: 'A record comes or changes', date: 'Before or after a date', schedule: 'A schedule', call: 'Somebody calls', sms: 'Somebody texts', fax: 'A fax comes', missed_call: 'A missed call is returned', manual: 'A person starts it' },
    what: { record: 'Whenever a record is new, or has changed.', date: 'Counted from a date of the record; when the date moves, so does this.', schedule: 'Again and again, at these times.', call: 'Somebody calls this number.', sms: 'A text answers nothing and says this word.', fax: 'This number is kept for faxes.', missed_call: 'We called in vain, and he calls back.', manual: 'A person starts it by hand.' },
    on_created: 'new', on_updated: 'changed', once: { always: 'every time', record: 'once for a record', contact: 'once for a person', day: 'once a day for a person' }, past: { skip: 'too late: not started', start: 'too late: started at once' },
    said: { record: '{{type}}, {{on}}', date: '{{type}}.{{field}} {{offset}} {{at}}', words: 'says {{words}}' },
    field: { number: 'Number', keyword: 'Which word', offset: 'Before or after', at: 'At (where the person is)', when: 'Only where', cancel_when: 'Cancel where', times: 'At', record_type: 'Which records', changed: 'Which field changed', field: 'Which date', once: 'How often', if_past: 'If too late', audience: 'For whom', on: 'Which', days: 'On', rrule: 'Rule (RFC 5545)' },
  },
} satisfies Texts
