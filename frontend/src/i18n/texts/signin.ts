/** Words of the door. */
import type { Texts } from '..'

export default {
  'zh-CN': {
    title: '登录 Callweave',
    lead: '画流程、打电话、看结果，都在这里。',
    key: '访问密钥',
    show: '显示密钥',
    open: '登录',
    opening: '正在登录…',
    hint: '密钥由启动 Callweave 的人给你；自己启动的，它印在终端的最后几行。',
    empty: '还没有填密钥。',
    refused: '这个密钥打不开。核对一下有没有少复制几位。',
    tooOften: '试得太密了，一分钟后再试。',
    unreachable: '连不上服务器。看看网络，再试一次。',
    broken: '服务器出了错，没有登录。稍后再试。',
    motto: '一条流程，连起电话、短信、传真和等待',
    mottoMore: '从挂号到康复，每位患者都跟得上。',
  },
  en: {
    title: 'Sign in to Callweave',
    lead: 'Draw flows, place calls, see what came of them.',
    key: 'Access key',
    show: 'Show the key',
    open: 'Sign in',
    opening: 'Signing in…',
    hint: 'You get the key from whoever runs Callweave. If that is you, it is printed in the last lines of the terminal.',
    empty: 'There is no key yet.',
    refused: 'This key is not known here. Check that all of it was copied.',
    tooOften: 'Too many tries: wait a minute before the next.',
    unreachable: 'The server cannot be reached. Check the network and try again.',
    broken: 'The server failed, and you are not signed in. Try again later.',
    motto: 'One flow for calls, texts, faxes and waits',
    mottoMore: 'From registration to recovery, no patient is lost.',
  },
} satisfies Texts
