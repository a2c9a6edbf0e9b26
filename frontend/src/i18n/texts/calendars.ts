/** Words of the page of calendars. */
import type { Texts } from '..'

export default {
  'zh-CN': {
    title: '日历', notLoaded: '没有读到日历', none: '还没有日历', noneWhat: '上班时间和节假日起个名字，流程和活动都按它走，改一处就都变。', new: '新日历', name: '名字', nameWhat: '流程里用这个名字', nameSample: '如 门诊', taken: '已经有这个名字',
    holidaysOf: '{{country}}的节假日休息', noHolidays: '不管节假日', days_zero: '没有特别的日子', days_other: '{{count}} 个特别的日子', ownZone: '按对方的时区', remove: '删除 {{name}}', removeWhat: '还有流程或活动按它走时删不掉。', atOnce: '存好就生效：正在进行的会话从这一刻起按新的走。',
  },
  en: {
    title: 'Calendars', notLoaded: 'Calendars were not loaded', none: 'No calendars yet', noneWhat: 'Opening hours and holidays under a name: flows and campaigns go by it, and a change holds everywhere.', new: 'New calendar', name: 'Name', nameWhat: 'Flows speak of it by this', nameSample: 'Such as: clinic', taken: 'There is one of this name',
    holidaysOf: 'Closed on holidays of {{country}}', noHolidays: 'Holidays do not matter', days_zero: 'No days of their own', days_one: '{{count}} day of its own', days_other: '{{count}} days of their own', ownZone: 'On the clocks of the contact', remove: 'Delete {{name}}', removeWhat: 'It stays as long as a flow or a campaign goes by it.', atOnce: 'A change holds at once: sessions that go on follow it from that moment.',
  },
} satisfies Texts
