import { describe, expect, it, vi } from 'vitest'
import { createLabClient } from '../../../src/shared/contract/client.ts'
import type { ClientPort } from '../../../src/shared/contract/client.ts'
import type { PortRequest } from '../../../src/shared/contract/port.ts'

function port(): ClientPort & { readonly sent: PortRequest[]; closed: boolean } {
  const sent: PortRequest[] = []
  const made = {
    sent,
    closed: false,
    send: (request: PortRequest) => void sent.push(request),
    close: () => {
      made.closed = true
    },
  }
  return made
}

describe('the lab’s client', () => {
  it('keeps calls until there is a port, and gives each its own answer', async () => {
    const client = createLabClient()
    const first = client.call('studies/list', {})
    const second = client.call('runs/get', { id: 9 })
    const lab = port()
    client.connect(lab)
    expect(lab.sent.map(({ method }) => method)).toEqual(['studies/list', 'runs/get'])
    client.receive({
      id: lab.sent[1].id,
      ok: false,
      error: { code: 'not-found', message: 'There is no run 9.', where: 'id', stack: null },
    })
    client.receive({ id: lab.sent[0].id, ok: true, output: [] })
    await expect(first).resolves.toEqual([])
    await expect(second).rejects.toMatchObject({ code: 'not-found', message: 'There is no run 9.' })
  })

  it('asks reading calls again after a loss and refuses those that change something', async () => {
    const client = createLabClient()
    const reconnected = vi.fn()
    client.onReconnect(reconnected)
    const old = port()
    client.connect(old)
    const reading = client.call('runs/list', {})
    const changing = client.call('runs/cancel', { ids: [1] })
    client.disconnect()
    await expect(changing).rejects.toMatchObject({ code: 'unavailable' })
    const waiting = client.call('runs/pause', { ids: [2] })
    const next = port()
    client.connect(next)
    expect(old.closed).toBe(true)
    expect(reconnected).toHaveBeenCalledOnce()
    // Never sent before, so it is not lost but late.
    expect(next.sent.map(({ method }) => method)).toEqual(['runs/list', 'runs/pause'])
    client.receive({ id: next.sent[0].id, ok: true, output: [] })
    client.receive({ id: next.sent[1].id, ok: true, output: [] })
    await Promise.all([reading, waiting])
  })

  it('gives events to those who listen, until they stop', () => {
    const client = createLabClient()
    const heard = vi.fn()
    const stop = client.on('studies/changed', heard)
    client.receive({ event: 'studies/changed', payload: { id: 'a' } })
    stop()
    client.receive({ event: 'studies/changed', payload: { id: 'b' } })
    expect(heard.mock.calls).toEqual([[{ id: 'a' }]])
  })
})
