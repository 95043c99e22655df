/** The site with its relay, in a process that can be ended at any time; and a door of each person's own to it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { connect, createServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net'

/** The second half of `npm start`: what lies in `dist/`. */
export class Server {
  #child: ChildProcess | undefined
  #port: number | undefined

  /** Where it listens at present, if it does. */
  get port(): number | undefined {
    return this.#port
  }

  async start(): Promise<void> {
    const env = { ...process.env, PORT: '0', HOST: '127.0.0.1' }
    const child = spawn(process.execPath, ['src/host/run.mjs', 'src/host/start.ts'], { env })
    this.#child = child
    let said = ''
    child.stderr.on('data', (data: Buffer) => (said += data.toString()))
    this.#port = await new Promise<number>((listening, failed) => {
      child.once('close', () => failed(new Error(`the server ended: ${said}`)))
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString()
        const [, found] = /:(\d+)\/\n/.exec(said) ?? []
        if (found !== undefined) listening(Number(found))
      })
    })
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = this.#port = undefined
    if (!child) return
    const ended = new Promise((done) => child.once('close', done))
    child.kill('SIGKILL')
    await ended
  }
}

/** An address of one person's own; the server behind it may change. Can hold back what goes to the relay. */
export class Door {
  readonly home: string
  readonly #server: Server
  readonly #listener: TcpServer
  readonly #open = new Set<Socket>()
  #held: (() => void)[] | undefined

  private constructor(listener: TcpServer, server: Server) {
    this.#listener = listener
    this.#server = server
    this.home = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`
    listener.on('connection', (near: Socket) => this.#enter(near))
  }

  static async to(server: Server): Promise<Door> {
    const listener = createServer()
    await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening))
    return new Door(listener, server)
  }

  /** From now on nobody comes to the relay by this door; who tries waits. */
  hold(): void {
    this.#held ??= []
  }

  release(): void {
    const held = this.#held
    this.#held = undefined
    for (const go of held ?? []) go()
  }

  close(): void {
    this.#listener.close()
    for (const socket of this.#open) socket.destroy()
  }

  #enter(near: Socket): void {
    this.#open.add(near)
    near.on('error', () => near.destroy())
    near.on('close', () => this.#open.delete(near))
    // What it asks for first tells whether it is a visitor of the relay.
    near.once('data', (first: Buffer) => {
      near.pause()
      const go = (): void => this.#passOn(near, first)
      if (this.#held && first.toString('latin1').startsWith('GET /relay')) this.#held.push(go)
      else go()
    })
  }

  #passOn(near: Socket, first: Buffer): void {
    const { port } = this.#server
    if (port === undefined || near.destroyed) return void near.destroy()
    const far = connect(port, '127.0.0.1')
    far.on('error', () => near.destroy())
    far.on('close', () => near.destroy())
    near.on('close', () => far.destroy())
    far.write(first)
    near.pipe(far)
    far.pipe(near)
  }
}
