/** Words of the pages of recordings and faxes, and of the player. */
import type { Texts } from '..'

export default {
  'zh-CN': {
    recordings: '录音', recordingsNotLoaded: '没有读到录音', noRecordings: '还没有录音', noRecordingsWhat: '流程里的“录音”和“通话录音”留下的都在这里。', play: '播放', stop: '停', making: '在准备…', seconds: '秒',
    when: '时间', what: '是什么', length: '长度', size: '大小', kind: { speech: '说的话', call: '整通电话', room: '会议', early: '接通前' }, party: '对方', heard: '对方听到的', notHeard: '你的角色不能听录音', removeWhat: '彻底删除，不能恢复。', remove: '删除 {{length}} 的录音', session: '会话', leg: '一方',
    faxes: '传真', faxesNotLoaded: '没有读到传真', noFaxes: '还没有传真', noFaxesWhat: '流程发出和收到的传真，连同页面，都在这里。', noFaxFits: '没有这样的传真', both: '全部', in: '收到', out: '发出', way: '方向', other: '对方', document: '文件', pdf: '收到的 PDF', asPdf: '下载 PDF', pages: '页', page: '第 {{number}} 页', fate: '结果', anyFate: '任何结果', by: '怎么传的',
    fate_is: { sent: '已发', received: '收到', busy: '占线', no_answer: '无人接', failed: '失败', unknown: '不知结果', on_its_way: '在路上' }, from: '从', to: '到', trunk: '线路', took: '用时', noPages: '没有留下页面',
  },
  en: {
    recordings: 'Recordings', recordingsNotLoaded: 'Recordings were not loaded', noRecordings: 'No recordings yet', noRecordingsWhat: 'What “Record” and “Record the call” keep in flows stands here.', play: 'Play', stop: 'Stop', making: 'Getting ready…', seconds: 's',
    when: 'When', what: 'What', length: 'Length', size: 'Size', kind: { speech: 'What was said', call: 'Whole call', room: 'Conference', early: 'Before the answer' }, party: 'The party', heard: 'What it heard', notHeard: 'Your role may not hear recordings', removeWhat: 'It is gone for good.', remove: 'Delete {{length}} of sound', session: 'Session', leg: 'Leg',
    faxes: 'Faxes', faxesNotLoaded: 'Faxes were not loaded', noFaxes: 'No faxes yet', noFaxesWhat: 'Faxes that flows send and take stand here, with their pages.', noFaxFits: 'No such fax', both: 'All', in: 'In', out: 'Out', way: 'Way', other: 'Other side', document: 'Document', pdf: 'PDF that came in', asPdf: 'Download the PDF', pages: 'Pages', page: 'Page {{number}}', fate: 'Became', anyFate: 'Whatever became', by: 'By',
    fate_is: { sent: 'Sent', received: 'Received', busy: 'Busy', no_answer: 'No answer', failed: 'Failed', unknown: 'Unknown', on_its_way: 'On its way' }, from: 'From', to: 'To', trunk: 'Trunk', took: 'Took', noPages: 'No pages are kept',
  },
} satisfies Texts
