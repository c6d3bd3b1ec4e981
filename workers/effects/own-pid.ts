/** The process id of this hub, for children that are to end with it. */
export function ownPid(): number {
  return process.pid
}
