import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'

import { Fault } from '#core/errors/fault.ts'
import { problemOf } from './problem.ts'

/**
 * Answers what is not HTTP, or not enough of it, so that it never becomes a request: headers too
 * large, a body that took too long. https://nodejs.org/api/http.html#event-clienterror
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = problemOf(faultOf(error))
  const body = JSON.stringify(problem)
  socket.end([
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Error'}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n'))
}

function faultOf(error: Error & { code?: string }): Fault {
  if (error.code === 'HPE_HEADER_OVERFLOW') return new Fault('HEADERS_TOO_LARGE', {})
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Fault('REQUEST_TIMEOUT', {})
  return new Fault('REQUEST_INVALID', { problem: 'it is not HTTP/1.1' })
}
