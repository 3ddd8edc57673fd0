// SPDX-License-Identifier: MIT
// Runs an image in QEMU: makes its settings page, answers its DNS questions, and hands on its console.
//
// QEMU's user network gives the guest 10.0.2.15 and takes what it sends to 10.0.2.2, TCP and UDP, to the host's loopback.
// The names that the firmware asks for are answered here, with 10.0.2.2, on a port that the kernel chose: no network is
// needed, and no privilege.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';

const HOST_SEEN_BY_GUEST = [10, 0, 2, 2];

const boards = {
    'mps2-an385': { qemu: 'qemu-system-arm', args: ['-M', 'mps2-an385', '-nic', 'user,id=net'], page: 0x003f0000 },
    'virt-riscv32': {
        qemu: 'qemu-system-riscv32',
        args: ['-M', 'virt', '-bios', 'none', '-global', 'virtio-mmio.force-legacy=false',
            '-netdev', 'user,id=net', '-device', 'virtio-net-device,netdev=net'],
        page: 0x803f0000,
    },
};

export function crc32(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) {
            crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    return ~crc >>> 0;
}

/** The page of settings.h. */
export function settingsPage(s) {
    const now = Math.floor(Date.now() / 1000);
    const text = (value, cap) => {
        const bytes = Buffer.from(value ?? '');
        if (bytes.length >= cap || bytes.includes(0)) {
            throw new Error(`a setting does not fit ${cap - 1} bytes: ${value}`);
        }
        return Buffer.concat([bytes, Buffer.alloc(cap - bytes.length)]);
    };
    const numbers = Buffer.alloc(32);
    numbers.writeUInt32LE(s.unix_time ?? now, 0);
    numbers.writeUInt32LE(s.floor_time ?? now - 86400, 4);
    numbers.writeUInt32LE(s.deadline_ms ?? 30000, 8);
    numbers.writeUInt32LE(s.sleep_ms ?? 1000, 12);
    numbers.writeUInt32LE(s.arena_len ?? 0, 16);
    numbers.set(s.dns_server ?? [0, 0, 0, 0], 20);
    numbers.writeUInt16LE(s.dns_port ?? 53, 24);
    numbers.writeUInt16LE(s.tcp_port ?? 0, 26);
    const root = s.root ?? Buffer.alloc(0);
    numbers.writeUInt16LE(root.length, 28);
    numbers.writeUInt16LE(s.rounds ?? 0, 30);
    const covered = Buffer.concat([
        s.entropy ?? randomBytes(32), numbers, text(s.host, 128), text(s.secret_key, 128), text(s.provider_config_key, 128),
        text(s.api_key, 256), root, Buffer.alloc(2048 - root.length),
    ]);
    const head = Buffer.from('NNG1\0\0\0\0', 'latin1');
    head.writeUInt32LE(crc32(covered), 4);
    return Buffer.concat([head, covered]);
}

/** A DNS server that answers every question for an A record of `names` with 10.0.2.2, and all others with "no such name". */
export async function dnsServer(names) {
    const socket = dgram.createSocket('udp4');
    socket.on('message', (question, from) => {
        let end = 12;
        const labels = [];
        while (end < question.length && question[end] !== 0) {
            labels.push(question.toString('latin1', end + 1, end + 1 + question[end]));
            end += 1 + question[end];
        }
        end += 5;
        const known = names.includes(labels.join('.').toLowerCase());
        const answer = Buffer.from('c00c000100010000003c0004', 'hex');
        const head = Buffer.from(question.subarray(0, 12));
        head.writeUInt16BE(known ? 0x8180 : 0x8183, 2);
        head.writeUInt16BE(known ? 1 : 0, 6);
        head.writeUInt32BE(0, 8);
        const parts = [head, question.subarray(12, end), known ? answer : Buffer.alloc(0),
            Buffer.from(known ? HOST_SEEN_BY_GUEST : [])];
        socket.send(Buffer.concat(parts), from.port, from.address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return socket;
}

/**
 * Runs `image` on `board` with these settings. Resolves to { status, console }. `onText` gets each piece of the console as it
 * comes, and a function that resets the machine: it starts again, and its pages of state are as they were.
 */
export async function runImage({ board, image, settings, page_file, timeout_ms = 60000, args = [], onText = () => {} }) {
    const { qemu, args: machine, page } = boards[board];
    const dns = await dnsServer([settings.host]);
    const monitor = `${page_file}.monitor`;
    const reset = () => {
        const socket = net.connect(monitor);
        socket.on('data', () => {}).end('system_reset\n');
    };
    try {
        writeFileSync(page_file, settingsPage({
            dns_server: HOST_SEEN_BY_GUEST, dns_port: dns.address().port, ...settings,
        }));
        const child = spawn(qemu, [...machine, '-display', 'none', '-monitor', `unix:${monitor},server=on,wait=off`,
            '-serial', 'stdio', '-semihosting-config', 'enable=on,target=native', '-kernel', image,
            '-device', `loader,file=${page_file},addr=${page},force-raw=on`, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
        const timer = setTimeout(() => child.kill('SIGKILL'), timeout_ms);
        let text = '';
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding('utf8').on('data', (part) => {
                text += part;
                onText(part, reset);
            });
        }
        const [status, signal] = await once(child, 'close');
        clearTimeout(timer);
        return { status: status ?? signal, console: text };
    } finally {
        dns.close();
    }
}
