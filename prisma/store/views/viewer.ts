/**
 * Who looks. A partner's key sees the rows of its own partner and nothing else; everybody else whom
 * the API lets in sees all (null).
 */
export interface Viewer {
  readonly partnerId: string | null
}
