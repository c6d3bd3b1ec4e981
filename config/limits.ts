/** Every bound the hub keeps, by name. A limit that is met ends in a Fault that names it. */
export const limits = {
  /** Codec: what one message may hold (DESIGN §1.8). */
  codec: {
    segmentBytesMax: 65_536,
    elementsPerSegmentMax: 512,
    segmentsPerSetMax: 2_000_000,
    loopDepthMax: 32,
    faultsPerSetMax: 100,
    setsPerInterchangeMax: 200_000,
    groupsPerInterchangeMax: 10_000,
    interchangesPerMessageMax: 10_000,
  },
} as const
