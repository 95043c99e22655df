/**
 * Two people and a bare channel: what any such page must do, and nothing else. No encryption of its own, no storage, no
 * receipts. Named for the robot as the app is: button `Join chat`, log `Messages`, textbox `Message`.
 */
import type Peer from 'simple-peer'
import { openChannels } from './channel.ts'
import { randomTopic } from './relay.ts'

const [topic, state] = location.hash.slice(1).split('/')

if (!topic) {
  const fresh = randomTopic()
  document.documentElement.dataset['link'] = `${location.href.replace(/#.*/, '')}#${fresh}`
  openChannels(fresh, false, showChat)
} else if (state === 'joined') {
  openChannels(topic, true, showChat)
} else {
  const join = document.createElement('button')
  join.textContent = 'Join chat'
  join.onclick = () => {
    history.replaceState(null, '', `#${topic}/joined`)
    openChannels(topic, true, showChat)
  }
  document.body.append(join)
}

function showChat(peer: Peer): void {
  const log = document.createElement('section')
  log.setAttribute('role', 'log')
  const form = document.createElement('form')
  const box = document.createElement('textarea')
  box.setAttribute('aria-label', 'Message')
  form.append(box)
  form.onsubmit = (event) => {
    event.preventDefault()
    const said = new TextEncoder().encode(box.value)
    peer.send(said)
    append(box.value)
  }
  const append = (text: string): void => {
    const article = document.createElement('article')
    article.textContent = text
    log.append(article)
  }
  peer.on('data', (data) => append(typeof data === 'string' ? data : new TextDecoder().decode(data)))
  document.body.replaceChildren(log, form)
}
