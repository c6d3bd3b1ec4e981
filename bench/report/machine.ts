import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** One line that says where and when a run was, and how busy the machine was as it began. */
export function machineLine(): string {
  const gib = Math.round(totalmem() / 2 ** 30)
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const [load = 0] = loadavg()
  return [
    new Date().toISOString(), `Node ${process.versions.node}`, process.platform,
    `${availableParallelism()} cores of ${model}`, `${gib} GiB`, `load ${load.toFixed(1)}`,
  ].join(', ')
}

/** CPU seconds all processes of the machine have used so far. */
export function machineCpuSeconds(): number {
  const spent = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq)
  return spent.reduce((sum, ms) => sum + ms, 0) / 1_000
}
