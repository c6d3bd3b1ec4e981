import { limits } from '#config/limits.ts'
import { applyRecord } from '#core/exchange/apply-record.ts'
import { applySet } from '#core/exchange/apply.ts'
import { sliceSet } from '#core/exchange/set-slice.ts'
import type { SetSlice } from '#core/exchange/set-slice.ts'
import { judge } from '#core/exchange/judge.ts'
import { allNeeds } from '#core/exchange/known.ts'
import type { Known, Needs } from '#core/exchange/known.ts'
import type { MappingTools } from '#core/exchange/mapping-run.ts'
import type { Judgement, SetEffect } from '#core/exchange/outcome.ts'
import { judgeRecord } from '#core/exchange/record.ts'
import { CrossReferenceCache } from './cross-reference-cache.ts'
import type { ComputeAnswer, ComputeTask } from './task.ts'

/**
 * Decides messages one after the other, with the mappings of this hub. One per thread or child
 * process.
 */
export class Computer {
  readonly #tools: Omit<MappingTools, 'day'>
  readonly #cache = new CrossReferenceCache()

  constructor(mapping: MappingTools['mapping']) {
    const remembered = (key: string): unknown => this.#cache.get(key)
    this.#tools = { mapping, remembered, limits: limits.codec }
  }

  /** Throws only on a defect of ours; whoever asked parks the message with what was thrown. */
  async compute(task: ComputeTask): Promise<ComputeAnswer> {
    const { known } = task
    this.#cache.keep(known.crossReferences)
    if (task.do === 'record') return this.#record(task)
    const tools = this.#toolsOf(task)
    if (task.do === 'apply') return this.#apply(null, task.slices, known, tools)
    const judged = judge({ ...task, limits: limits.codec }, known)
    if (!judged.done) return { is: 'needs', needs: judged.needs }
    const slices = dueSlices(task.bytes, judged.judgement, task.applyMax)
    return this.#apply(judged.judgement, slices, known, tools)
  }

  #toolsOf({ receivedAtMs }: ComputeTask): MappingTools {
    return { ...this.#tools, day: new Date(receivedAtMs).toISOString().slice(0, 10) }
  }

  async #apply(
    judgement: Judgement | null,
    slices: readonly SetSlice[],
    known: Known,
    tools: MappingTools,
  ): Promise<ComputeAnswer> {
    const effects: SetEffect[] = []
    const needs: Needs[] = []
    for (const slice of slices) {
      const applied = await applySet(slice, known, tools)
      if (applied.done) effects.push(applied.effect)
      else needs.push(applied.needs)
    }
    if (needs.length > 0) return { is: 'needs', needs: allNeeds(needs) }
    return { is: 'decided', judgement, effects }
  }

  async #record(task: Extract<ComputeTask, { readonly do: 'record' }>): Promise<ComputeAnswer> {
    const { bytes, source, known } = task
    const judgement = task.judged ? null : judgeRecord(bytes, source)
    if (judgement !== null && judgement.park !== null) {
      return { is: 'decided', judgement, effects: [] }
    }
    const applied = await applyRecord(bytes, source, known, this.#toolsOf(task))
    return applied.done
      ? { is: 'decided', judgement, effects: [applied.effect] }
      : { is: 'needs', needs: applied.needs }
  }
}

/** Slices of the accepted sets, where they are few enough to be applied at once. */
function dueSlices(
  bytes: Uint8Array,
  judgement: Judgement,
  applyMax: number,
): readonly SetSlice[] {
  const slices: SetSlice[] = []
  for (const interchange of judgement.interchanges) {
    const { stream } = interchange
    if (stream === null) continue
    const pair = {
      standard: 'x12' as const,
      theirQualifier: interchange.senderQualifier,
      theirId: interchange.senderId,
      ourQualifier: interchange.receiverQualifier,
      ourId: interchange.receiverId,
    }
    for (const group of interchange.groups) {
      const { release, byte: groupByte } = group
      for (const set of group.sets) {
        if (set.status !== 'due') continue
        if (slices.length === applyMax) return []
        const { position, type, verdict, byte, length } = set
        const places = { byte, length, groupByte, interchangeByte: interchange.byte }
        const head = { position, type, verdict, insisted: false, release, pair, stream }
        slices.push(sliceSet(bytes, { ...head, ...places }))
      }
    }
  }
  return slices
}
