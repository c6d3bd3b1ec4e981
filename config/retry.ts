/**
 * When a delivery is tried again, in milliseconds after the attempt before; beyond the last it is
 * parked. The first steps bridge a restart of the other side, the last ones a night.
 */
export const retrySchedule = {
  delaysMs: [
    500, 2_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 7_200_000, 14_400_000,
    28_800_000,
  ],
  /**
   * Each delay is drawn from this share below to this share above it, so that retries do not march
   * in step.
   */
  jitter: 0.2,
} as const

/** Attempts a delivery has: one, and one after each delay. */
export const attemptsMax = retrySchedule.delaysMs.length + 1
