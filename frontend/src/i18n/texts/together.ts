/** Words of several people in one drawing: who is here, what both have changed, what is not saved. */
import type { Texts } from '..'

export default {
  'zh-CN': {
    others: '还有 {{count}} 人在这里', jump: '去看 {{name}} 在哪里', notOnDrawing: '{{name}} 现在不在画布上', somebody: '另一个人',
    mergeBar: '两边都改了的地方', alsoChanged: '{{name}} 在 {{time}} 也改了，有 {{count}} 处两边不同', othersMerged: '其余 {{count}} 处已合并',
    mine: '我的：{{value}}', theirs: '{{name}} 的：{{value}}', takenOut: '删掉', empty: '空', on: '开', off: '关', changedNode: '改过的节点',
    useChosen: '用选中的', bothKept: '选好前用我的；可以撤销，两边的都留在历史里。',
    notSaved: '没有存上：网络断了', notSavedEnd: '。', notSavedSafe: '改动都在这台电脑里，连上后自动再存。', tryNow: '现在再试',
    seconds: '{{count}} 秒', minutes: '{{count}} 分钟', decideFirst: '先定下两边不同的 {{count}} 处，再发布。',
    detail: '{{name}}（{{what}}）', publishedBy: '{{name}} 刚发布了 v{{version}}',
  },
  en: {
    others_one: '{{count}} other person is here', others_other: '{{count}} other people are here', jump: 'Go to where {{name}} is', notOnDrawing: '{{name}} is not on the drawing now', somebody: 'Somebody else',
    mergeBar: 'What both have changed', alsoChanged_one: '{{name}} changed this too at {{time}}: {{count}} place differs', alsoChanged_other: '{{name}} changed this too at {{time}}: {{count}} places differ', othersMerged_one: '{{count}} other merged', othersMerged_other: '{{count}} others merged',
    mine: 'Mine: {{value}}', theirs: '{{name}}: {{value}}', takenOut: 'taken out', empty: 'empty', on: 'on', off: 'off', changedNode: 'the changed node',
    useChosen: 'Use the chosen', bothKept: 'Mine stands until you choose. It can be undone; both stay in the history.',
    notSaved: 'Not saved: the network has been away for', notSavedEnd: '.', notSavedSafe: 'Your changes are on this computer and will be saved when it is back.', tryNow: 'Try now',
    seconds_one: '{{count}} second', seconds_other: '{{count}} seconds', minutes_one: '{{count}} minute', minutes_other: '{{count}} minutes', decideFirst_one: 'Decide the {{count}} place that differs first, then publish.', decideFirst_other: 'Decide the {{count}} places that differ first, then publish.',
    detail: '{{name}} ({{what}})', publishedBy: '{{name}} has just published v{{version}}',
  },
} satisfies Texts
