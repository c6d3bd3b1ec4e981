import type { CompiledLoop, CompiledSet } from './dictionary-compile.ts'
import type { LoopPlace, LoopStep, SegmentDefinition, SegmentUse } from './types.ts'

/** What the walk finds wrong, as it finds it. `path` is where it stands or should have stood. */
export interface StructureSink {
  missing(segment: SegmentDefinition, path: readonly LoopStep[]): void
  repeatedSegment(use: SegmentUse, path: readonly LoopStep[]): void
  repeatedLoop(loop: CompiledLoop, path: readonly LoopStep[]): void
}

/** One open loop: the item matched last, and how often it was. */
class Frame implements LoopStep {
  readonly loop: CompiledLoop
  readonly iteration: number
  at = 0
  count = 1

  constructor(loop: CompiledLoop, iteration: number) {
    this.loop = loop
    this.iteration = iteration
  }
}

/**
 * Walks a set's definition as segments come. A segment takes the nearest place its tag fits: the
 * current item again, a later item of the same loop, then the same one loop further out. Positions
 * only move on, so a segment that fits nowhere ahead is out of sequence, and the walk stays.
 */
export class StructureWalk implements LoopPlace {
  segment = 1
  use: SegmentUse | undefined
  readonly path: Frame[] = []
  readonly #root: Frame
  readonly #sink: StructureSink
  #depth = 0
  #index = 0

  constructor(set: CompiledSet, sink: StructureSink) {
    this.#root = new Frame(set.root, 1)
    this.#sink = sink
    const [first] = set.root.items
    this.use = first?.kind === 'segment' ? first : undefined
  }

  /** Goes to the place of the next segment; `use` is undefined where there is none. */
  next(key: number, segment: number): void {
    this.segment = segment
    const found = this.#find(key)
    this.use = undefined
    if (found === 'nowhere') return
    this.#leaveTo(this.#depth)
    const frame = this.#frame(this.#depth)
    const index = this.#index
    this.#passOver(frame, frame.at + 1, index)
    frame.count = index === frame.at ? frame.count + 1 : 1
    frame.at = index
    const item = frame.loop.items[index]
    if (item === undefined) return
    if (item.kind === 'segment') {
      this.use = item
      if (found === 'full') this.#sink.repeatedSegment(item, this.path)
      return
    }
    if (found === 'full') this.#sink.repeatedLoop(item, this.path)
    this.path.push(new Frame(item, frame.count))
    const [trigger] = item.items
    this.use = trigger?.kind === 'segment' ? trigger : undefined
  }

  /** Sets #depth and #index; `full` where only an item that was used up fits. */
  #find(key: number): 'found' | 'full' | 'nowhere' {
    let full = false
    for (let depth = this.path.length; depth >= 0; depth--) {
      const { loop, at, count } = this.#frame(depth)
      const { keys } = loop
      const again = keys[at] === key
      if (again && count < (loop.items[at]?.max ?? 0)) return this.#take(depth, at)
      for (let i = at + 1; i < keys.length; i++) if (keys[i] === key) return this.#take(depth, i)
      // A trigger that comes again begins its loop again: that is the outer loop's business.
      if (again && !full && (at > 0 || depth === 0)) {
        full = true
        this.#depth = depth
        this.#index = at
      }
    }
    return full ? 'full' : 'nowhere'
  }

  #take(depth: number, index: number): 'found' {
    this.#depth = depth
    this.#index = index
    return 'found'
  }

  #frame(depth: number): Frame {
    return this.path[depth - 1] ?? this.#root
  }

  #leaveTo(depth: number): void {
    while (this.path.length > depth) {
      const frame = this.#frame(this.path.length)
      this.#passOver(frame, frame.at + 1, frame.loop.items.length)
      this.path.pop()
    }
  }

  /** Items [from, to) are left behind: those required are missing. */
  #passOver({ loop }: Frame, from: number, to: number): void {
    const stop = Math.min(to, loop.requiredLast + 1)
    for (let i = from; i < stop; i++) {
      const item = loop.items[i]
      if (item?.required !== true) continue
      const missing = item.kind === 'segment' ? item : item.items[0]
      if (missing?.kind === 'segment') this.#sink.missing(missing.segment, this.path)
    }
  }
}
