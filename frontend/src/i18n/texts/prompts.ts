/** Words of the studio of prompts. */
import type { Texts } from '..'

export default {
  'zh-CN': {
    title: '提示语', notLoaded: '没有读到提示语', none: '还没有提示语', noneWhat: '流程里的播报、菜单、输入，说的每句话都会在这里，一种语言一列。', noneFits: '没有合适的', nothingToDo: '没有要补的', showAll: '看全部',
    missing: '缺 {{count}}', stale: '待核对 {{count}}', search: '搜文字或节点', flow: '流程', allFlows: '全部流程', all: '全部', onlyMissing: '只看缺的', onlyStale: '待核对', onlyUnreviewed: '未核对', unreviewed: '未核对 {{count}}', markReviewed: '已核对', isReviewed: '核对过了', reviewedBy: '{{by}} 核对过', takeBack: '撤回', script: '导出录音稿', prompt: '提示语',
    count_other: '{{count}} 条', minutes: '{{time}}', whole: '齐', secs_other: '{{count}} 秒', lacks: '缺', write: '写上', behind: '别的语言改过，待核对', inDraft: '草稿', inVersion: 'v{{version}} 与草稿', online: 'v{{version}}，线上', notSpoken: '这个流程不说这种语言',
    cell: '{{name}}，{{language}}，{{state}}', is: { said: '有', missing: '缺', stale: '待核对', reviewed: '核对过', machine: '机器译的，没有核对' }, hear: '听 {{name}}，{{language}}', panel: '{{name}}，{{language}}', words: '文字',
    staleWhat: '上次发布以后，别的语言改了，还没有跟上的是{{language, apart}}。', way: { speech: '合成', phone: '电话录', upload: '上传' }, nothingToHear: '写上文字就能听。', hearThis: '听一听', sample: '样例 {{name}}',
    used: '用在', keep: '存进草稿', kept: '已在草稿里', next: '下一条要补的', crossed: '刚才别人也改了这句', mine: '用我的', theirs: '用别人的', gone: '已删掉',
    chooseSound: '选一个声音文件', soundKinds: 'wav、mp3、ogg、flac、m4a', uploading: '在上传…', keptAs: '存为“{{asset}}”，新的一版马上用上，旧的还留着。',
    callWhom: '打给谁来录', call: '打过去', phoneWhat: '听到滴声后说，按 # 结束；按 1 保留，2 重录，3 不要。',
    call_is: { calling: '正在打，正在录', recorded: '录好了，正在换上', kept: '录好了，已换上', discarded: '没有保留', not_reached: '没有接通', failed: '没有录成' },
    voice: '嗓音', rate: '语速', usualVoice: '平常的', woman: '女声 {{number}}', man: '男声 {{number}}', genders: { female: '女声', male: '男声', other: '别的' }, accents: '别的口音',
    fillOne: '机器译稿', filling: '正在译…', fill: '补齐缺的…', fillTitle: '补齐缺的', fillWhat: '从已有的语言逐条机器翻译，存进草稿，标成未核对；变量原样留着。随时可以停，译好的留下。', translate_other: '机器翻译 {{count}} 条', notFromWords_other: '另有 {{count}} 条没有可译的文字（只有录音，或一种语言也没有）。', translated: '译好 {{done}} / {{of}}', notTranslated: '停在这里', stop: '停', noService: '这里没有翻译服务', howService: '请管理员架一个 LibreTranslate，再设', byMachine: '机器译稿，未核对', byMachineWhat: '机器译的（{{by}} 要的），还没有人核对。',
    changes: '改动', noChanges: '还没有改动。', somebody: '有人', takeBefore: '用回改之前的', putIn: '“{{asset}}”的第 {{version}} 版', allChanges_other: '全部 {{count}} 处改动',
    change: { text: '{{by}} 改{{language, apart}}', written: '{{by}} 写{{language, apart}}', removed: '{{by}} 删掉{{language, apart}}', voice: '{{by}} 换嗓音，{{language}}', recording: '{{by}} 换录音，{{language}}' },
    column: { flow: '流程', node: '节点', place: '位置', language: '语言', words: '文字', seconds: '秒' },
  },
  en: {
    title: 'Prompts', notLoaded: 'Prompts were not loaded', none: 'No prompts yet', noneWhat: 'Every sentence that flows say, in menus and questions, stands here, with a column for each language.', noneFits: 'None fits', nothingToDo: 'Nothing is missing', showAll: 'Show all',
    missing: '{{count}} missing', stale: '{{count}} to check', search: 'Search words or nodes', flow: 'Flow', allFlows: 'All flows', all: 'All', onlyMissing: 'Missing', onlyStale: 'To check', onlyUnreviewed: 'Not reviewed', unreviewed: '{{count}} not reviewed', markReviewed: 'Reviewed', isReviewed: 'Is reviewed', reviewedBy: 'Reviewed by {{by}}', takeBack: 'Take it back', script: 'Export script', prompt: 'Prompt',
    count_one: '{{count}} prompt', count_other: '{{count}} prompts', minutes: '{{time}}', whole: 'Complete', secs_one: '{{count}} s', secs_other: '{{count}} s', lacks: 'Missing', write: 'Write it', behind: 'Another language changed', inDraft: 'draft', inVersion: 'v{{version}} and draft', online: 'v{{version}}, live', notSpoken: 'This flow does not speak this language',
    cell: '{{name}}, {{language}}, {{state}}', is: { said: 'there', missing: 'missing', stale: 'to check', reviewed: 'reviewed', machine: 'translated by a machine, not reviewed' }, hear: 'Hear {{name}}, {{language}}', panel: '{{name}}, {{language}}', words: 'Words',
    staleWhat: 'Since the last publish another language was changed, and {{language}} was not.', way: { speech: 'Speech', phone: 'By phone', upload: 'Upload' }, nothingToHear: 'Write it, and it can be heard.', hearThis: 'Hear this', sample: 'Sample {{name}}',
    used: 'Used in', keep: 'Keep in the draft', kept: 'In the draft', next: 'Next to do', crossed: 'Somebody else has just changed this', mine: 'Take mine', theirs: 'Take theirs', gone: 'It is gone',
    chooseSound: 'Choose a sound file', soundKinds: 'wav, mp3, ogg, flac, m4a', uploading: 'Uploading…', keptAs: 'Kept as “{{asset}}”: the new version is heard at once, older ones stay.',
    callWhom: 'Who is called, and speaks', call: 'Call', phoneWhat: 'Speak after the tone, end with #; 1 keeps it, 2 records again, 3 discards it.',
    call_is: { calling: 'Calling and recording', recorded: 'Recorded, being taken into use', kept: 'Recorded and in use', discarded: 'Not kept', not_reached: 'Nobody answered', failed: 'It was not recorded' },
    voice: 'Voice', rate: 'Rate', usualVoice: 'The usual one', woman: 'Woman {{number}}', man: 'Man {{number}}', genders: { female: 'Women', male: 'Men', other: 'Others' }, accents: 'Other accents',
    fillOne: 'Translate', filling: 'Translating…', fill: 'Fill in…', fillTitle: 'Fill in what is missing', fillWhat: 'Each is translated by machine from a language that is there, kept in the draft, and marked as not reviewed; variables stay as they are. You can stop; what is done stays.', translate_one: 'Translate {{count}} sentence', translate_other: 'Translate {{count}} sentences', notFromWords_one: '{{count}} more has no words to translate (a recording alone, or no language at all).', notFromWords_other: '{{count}} more have no words to translate (a recording alone, or no language at all).', translated: '{{done}} of {{of}} translated', notTranslated: 'Stopped here', stop: 'Stop', noService: 'There is no translation service here', howService: 'An administrator can run LibreTranslate, and set', byMachine: 'Machine translation, not reviewed', byMachineWhat: 'Translated by a machine ({{by}} asked for it); nobody has reviewed it yet.',
    changes: 'Changes', noChanges: 'No changes yet.', somebody: 'Somebody', takeBefore: 'Take what was before', putIn: 'Version {{version}} of “{{asset}}”', allChanges_one: '{{count}} change', allChanges_other: 'All {{count}} changes',
    change: { text: '{{by}} changed {{language}}', written: '{{by}} wrote {{language}}', removed: '{{by}} removed {{language}}', voice: '{{by}} changed the voice, {{language}}', recording: '{{by}} changed the recording, {{language}}' },
    column: { flow: 'Flow', node: 'Node', place: 'Place', language: 'Language', words: 'Words', seconds: 'Seconds' },
  },
} satisfies Texts
