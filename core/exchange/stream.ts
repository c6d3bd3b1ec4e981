/** Test and live never meet: every row, number and look-up stands in one of the two. */
export type Stream = 'test' | 'live'
