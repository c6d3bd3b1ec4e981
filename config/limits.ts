/** Every bound the hub keeps, by name. A limit that is met ends in a Fault that names it. */
export const limits = {
  /** Codec: what one message may hold (DESIGN §1.8). */
  codec: {
    segmentBytesMax: 65_536,
    elementsPerSegmentMax: 512,
    segmentsPerSetMax: 2_000_000,
    loopDepthMax: 32,
    faultsPerSetMax: 100,
    faultsPerInterchangeMax: 20_000,
    setsPerInterchangeMax: 200_000,
    groupsPerInterchangeMax: 10_000,
    interchangesPerMessageMax: 10_000,
    ta1sPerInterchangeMax: 10_000,
  },
  /** Mapping: what one mapping file may hold and what one run of it may do. */
  mapping: {
    fileCharsMax: 500_000,
    fieldsMax: 5_000,
    depthMax: 32,
    /** YAML aliases expanded: a file of nine lines can otherwise become a billion nodes. */
    aliasesMax: 1_000,
    expressionCharsMax: 4_000,
    expressionTimeMs: 10_000,
    expressionDepthMax: 200,
    /** Items in one list that an expression makes or selects. */
    sequenceMax: 2_000_000,
    evaluationsMax: 20_000_000,
    lookupsMax: 500_000,
    /** Faults kept of one run; further ones say nothing new. */
    faultsMax: 100,
  },
  /** The API's door. */
  api: {
    messageBytesMax: 256 * 1024 * 1024,
    /** Up to here a body stands in the message's own row; above, it is cut into parts. */
    inlineBytesMax: 8 * 1024,
    partBytes: 1024 * 1024,
    /** JSON bodies of every other route. */
    bodyBytesMax: 1024 * 1024,
    /** A configuration, its cross-reference tables included. */
    configurationBytesMax: 64 * 1024 * 1024,
    /** Messages committed together. */
    batchRowsMax: 128,
    batchBytesMax: 4 * 1024 * 1024,
    /** Messages read but not yet committed; more are sent away with 503. */
    pendingMax: 5_000,
    /** Of all bodies together: what was read of them and is not yet stored; more get a 503. */
    heldBytesMax: 256 * 1024 * 1024,
    clearEveryMs: 10 * 60_000,
    /** A body that takes longer than this is broken off: more than `requestTimeoutMs` allows. */
    uploadAgeMaxMs: 60 * 60_000,
    /** How long an answer is given again; promised are 24 hours. */
    idempotencyKeyAgeMs: 48 * 60 * 60_000,
    idempotencyKeyCharactersMax: 255,
    /** A request that holds a key this long without an answer died; the key may be tried again. */
    idempotencyHoldMs: 60_000,
    /**
     * How long an API key is believed without asking the database: a revoked one works no longer
     * than this.
     */
    keyCacheMs: 2_000,
    keyCacheMax: 10_000,
    /** Per API key of role partner; other roles have no bound. */
    partnerRequestsPerSecondMax: 100,
    rateLimitKeysMax: 10_000,
    /** Items in one answer of a list. */
    pageItemsMax: 200,
    pageItemsDefault: 50,
    /** What one message shows of its sets, documents and deliveries; lists show the rest. */
    messageViewItemsMax: 10_000,
    messageViewFaultsMax: 1_000,
    /** Back-pressure: above these the door answers 503 with Retry-After. */
    backlogMax: 100_000,
    rssBytesMax: 2 * 1024 * 1024 * 1024,
    eventLoopDelayMaxMs: 1_000,
    diskFreeBytesMin: 512 * 1024 * 1024,
    pressureSampleMs: 1_000,
    retryAfterSeconds: 2,
    /** A whole request, its body included. */
    requestTimeoutMs: 30 * 60_000,
    headersTimeoutMs: 30_000,
    /** A connection on which nothing moves. */
    idleTimeoutMs: 120_000,
    keepAliveTimeoutMs: 72_000,
    headerBytesMax: 16 * 1024,
    /** Counting for /metrics is done at most this often, however often it is asked. */
    metricsSampleMs: 5_000,
    /** Window of the messages counted by status in /metrics. */
    metricsWindowMs: 60_000,
    /** Larger messages are listed in a mailbox without their content. */
    mailboxContentBytesMax: 16 * 1024 * 1024,
    sandboxDelayMaxMs: 60_000,
    /** A sale of the sandbox ERP may be as large as the order it was made from. */
    sandboxSaleBytesMax: 256 * 1024 * 1024,
    sandboxSaleLinesMax: 500_000,
    /** A create that has waited longer for the database gives up, */
    sandboxSaleWaitMaxMs: 1_000,
    /** and one that has begun is over after this, one way or the other. */
    sandboxSaleStatementTimeoutMs: 3_000,
  },
  /** Store: the database, its connections and how long anything on it may take. */
  store: {
    /** Both pools of two hubs stay below PostgreSQL's usual 100 connections. */
    connectionsMax: 24,
    prismaConnectionsMax: 6,
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 60_000,
    lockTimeoutMs: 10_000,
    idleInTransactionTimeoutMs: 30_000,
    /** How long a hub waits for another one that is migrating the same database. */
    migrationLockTimeoutMs: 60_000,
    /** Partitions are made for this month and this many more, and looked after this often. */
    partitionMonthsAhead: 3,
    partitionCheckEveryMs: 6 * 60 * 60_000,
    /** Recovery after a crash included. */
    embeddedStartTimeoutMs: 300_000,
    /** After this a fast stop of the embedded database becomes an immediate one. */
    embeddedFastStopMs: 10_000,
  },
  /** Workers: what is taken in hand at once, and for how long. */
  workers: {
    /** Messages claimed together; each claim is committed together too. */
    claimMessagesMax: 48,
    /** Some hundred orders: with more, commits and deliveries wait long for a claim's computing. */
    claimBytesMax: 256 * 1024,
    /** Claims worked on side by side: one is computed while another is committed. */
    receiveLanes: 3,
    /** A message with more sets is applied in pieces of so many, each committed by itself. */
    setsPerPieceMax: 100,
    /** A lease lasts so long and is renewed by its holder while it works. */
    leaseMs: 5_000,
    leaseRenewMs: 1_500,
    /** How long one message may be computed, and how much longer for each MiB it has. */
    messageTimeMs: 60_000,
    messageTimePerMibMs: 1_000,
    computeMemoryMb: 1_024,
    /** After so many unclean ends a message runs alone in a process; one that ends it is parked. */
    uncleanEndsBeforeAlone: 2,
    /** Ends of the hub itself speak less plainly; after so many the message is parked unrun. */
    uncleanEndsMax: 8,
    /** Rounds of looking up what a run asked for; a run never asks for the same again. */
    needsRoundsMax: 5,
    crossReferenceCacheMs: 2_000,
    crossReferenceCacheMax: 100_000,
    /** A repeat that came before its first answer was enveloped is tried again after this. */
    earlyRepeatWaitMs: 100,
    /** A commit that lost a deadlock or a lock's wait is tried again after this. */
    busyRepeatWaitMs: 500,
    envelopeRelationshipsMax: 50,
    envelopeBundlesMax: 100,
    /** Acknowledgements found late at once. */
    overdueSetsMax: 500,
    /** Deliveries claimed together, and attempts under way at once. */
    claimDeliveriesMax: 32,
    deliverInFlightMax: 64,
    mailboxItemsMax: 500,
    /** Rings of one bell answered side by side by a fleet on one Redis. */
    bellSlots: 4,
    /** How often somebody in such a fleet looks at everything, beside each one's own sweep. */
    fleetSweepMs: 10_000,
    /** A Redis that takes no ring for so long is away. */
    bellAnswerMs: 2_000,
    /** Before a connection that listened for rings is made anew. */
    bellReconnectMs: 1_000,
    /** The sweeper looks by itself this often, jittered. */
    sweepMs: 2_000,
    /** Feeds claimed together, and read at once. */
    claimFeedsMax: 16,
    /** Records asked for at once, */
    feedRecordsMax: 100,
    /** bytes of all records of one page, */
    feedPageBytesMax: 64 * 1024 * 1024,
    /** and pages read under one claim; then others have their turn. */
    feedPagesMax: 50,
    /** A feed is not looked at more often than this, whatever is configured. */
    feedEveryMinMs: 500,
    /** A feed that failed so many times in a row is shown to a person; it is tried on. */
    feedFailuresMax: 5,
    /** Longest wait of a feed that fails. */
    feedWaitMaxMs: 15 * 60_000,
    /** Calls of one conversation; one that wants more goes in circles. */
    conversationCallsMax: 1_000,
    /** Largest answer of the other side that is read. */
    answerBytesMax: 1024 * 1024,
  },
  /** Circuit breaker: when an endpoint that does not answer is left alone, and for how long. */
  circuit: {
    /** Calls in a row that were not answered. */
    failuresMax: 8,
    /** The first time; each further time is twice as long. */
    openMs: 5_000,
    openMaxMs: 5 * 60_000,
  },
  /** Stopping: how long each part may finish what it has in hand; ten seconds in all. */
  stop: {
    workersMs: 6_000,
    apiMs: 2_000,
    storeMs: 1_000,
  },
  /** Backup: what one is read by, and what a restore may pass over. */
  backup: {
    /** A longer frame is damage: nobody wrote one. */
    frameBytesMax: 8 * 1024 * 1024,
    /** Of each series of numbers; a thousandth of the range of ISA13. */
    skipNumbersMax: 1_000_000,
  },
  /** Commands that ask a running hub. */
  cli: {
    answerTimeoutMs: 60_000,
  },
  /** Doctor: what it waits for, and what it lets pass. */
  doctor: {
    answerTimeoutMs: 2_000,
    /** Half a lease: further apart, a lease could seem over that is not. */
    clockSkewMaxMs: 2_500,
  },
} as const
