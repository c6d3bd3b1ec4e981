/** What is read of an endpoint's feeds: for each feed, which mapping reads which kind of record. */
export type EndpointFeeds = Readonly<Record<string, FeedUse>>

export interface FeedUse {
  /** How often to look; the connector's own pace where it is absent. */
  readonly everySeconds?: number
  /** By the record's kind. A kind that is not listed is passed over. */
  readonly records: Readonly<Record<string, RecordUse>>
}

/** What a record becomes. */
export interface RecordUse {
  /** The kind of canonical document. */
  readonly document: string
  /** The mapping that makes it; its source kind is `<connector>/<record kind>`. */
  readonly mapping: string
}
