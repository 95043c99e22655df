/** What real browsers printed (Chromium 156, Firefox 153), addresses replaced by those for documentation. */

export const CHROMIUM_OFFER = crlf(`v=0
o=- 3663170829529878525 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=candidate:3065769077 1 udp 2113937151 18b7a19c-eecc-40a2-9743-633ef4ad1932.local 60456 typ host generation 0 network-cost 999
a=candidate:2982772933 1 udp 2113942271 c2510d4e-5399-47f8-bf0b-a2348d6cd87b.local 35944 typ host generation 0 network-cost 999
a=ice-ufrag:ymD5
a=ice-pwd:xz/cIirHliTq5b1gkG8ClKVb
a=ice-options:trickle
a=fingerprint:sha-256 B5:3B:B2:2F:47:6B:88:42:19:B5:A9:54:09:CF:A2:55:82:46:23:F7:AB:A7:8D:E2:49:E5:A6:B1:4B:E1:77:26
a=setup:actpass
a=mid:0
a=sctp-port:5000
a=max-message-size:262144
`)

export const CHROMIUM_ANSWER = crlf(`v=0
o=- 2755461903829651387 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=candidate:3323471546 1 udp 2113937151 18b7a19c-eecc-40a2-9743-633ef4ad1932.local 53997 typ host generation 0 network-cost 999
a=ice-ufrag:iJ2H
a=ice-pwd:UY0Jv+/pt3eeetebuJlt8M06
a=ice-options:trickle
a=fingerprint:sha-256 1B:C2:A0:A7:E1:E5:83:A5:EC:B5:DD:60:15:75:35:F0:26:1D:7F:60:7B:47:AA:D8:C7:95:44:2C:DA:A3:62:68
a=setup:active
a=mid:0
a=sctp-port:5000
a=max-message-size:262144
`)

/** With addresses shown and with STUN and TURN; then lines that must not go out. */
export const CHROMIUM_TURN_OFFER = crlf(`v=0
o=- 5936261282575159179 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS
m=application 59174 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 192.0.2.2
a=candidate:2419037566 1 udp 2113937151 192.0.2.2 59174 typ host generation 0 network-cost 999
a=candidate:2539518414 1 udp 2113942271 fd00::2 38242 typ host generation 0 network-cost 999
a=candidate:842163049 1 udp 1677729535 203.0.113.5 46154 typ srflx raddr 192.0.2.2 rport 59174 generation 0 network-cost 999
a=candidate:842163049 1 udp 1677729279 203.0.113.5 46154 typ srflx raddr fd00::2 rport 38242 generation 0 network-cost 999
a=candidate:3098175849 1 udp 41885439 198.51.100.9 49170 typ relay raddr 203.0.113.5 rport 46154 generation 0 network-cost 999
a=candidate:1019216383 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active generation 0 network-cost 999
a=candidate:1019216384 2 udp 2113937150 192.0.2.2 59175 typ host generation 0 network-cost 999
a=candidate:1 1 udp 2113937151 127.0.0.1 40000 typ host generation 0
a=candidate:2 1 udp 2113937151 ::1 40001 typ host generation 0
a=candidate:3 1 udp 2113937151 169.254.7.7 40002 typ host generation 0
a=candidate:4 1 udp 2113937151 fe80::1 40003 typ host generation 0
a=candidate:5 1 udp 2113937151 0.0.0.0 40004 typ host generation 0
a=candidate:6 1 udp 2113937151 192.0.2.2 0 typ host generation 0
a=candidate:7 1 udp 2113937151 host.example 40005 typ host generation 0
a=ice-ufrag:2E/S
a=ice-pwd:AZEbh+5m7oqndviVlMxaWIu6
a=ice-options:trickle
a=fingerprint:sha-256 DD:40:76:46:48:ED:9F:BC:34:00:AA:8F:AA:71:34:F0:27:C1:CE:C5:36:D5:8E:E6:87:E6:FD:AB:ED:D3:E3:CE
a=setup:actpass
a=mid:0
a=sctp-port:5000
a=max-message-size:262144
`)

export const FIREFOX_OFFER = crlf(`v=0
o=mozilla...THIS_IS_SDPARTA-99.0 2827488051526107091 0 IN IP4 0.0.0.0
s=-
t=0 0
a=sendrecv
a=fingerprint:sha-256 AD:DD:F8:B1:4F:D6:D7:1F:C2:AF:1C:A3:C7:BD:01:C2:A1:78:5A:6F:ED:18:65:BB:BE:BD:EF:90:AE:AE:39:8B
a=group:BUNDLE 0
a=ice-options:trickle
a=msid-semantic:WMS *
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=candidate:0 1 UDP 2122187007 6424318f-6260-4bd9-b38e-626ec635e649.local 41518 typ host
a=candidate:1 1 UDP 2122252543 08df263d-057f-4a50-97b2-56649a13315a.local 40006 typ host
a=candidate:2 1 TCP 2105458943 6424318f-6260-4bd9-b38e-626ec635e649.local 9 typ host tcptype active
a=candidate:3 1 TCP 2105524479 08df263d-057f-4a50-97b2-56649a13315a.local 9 typ host tcptype active
a=sendrecv
a=end-of-candidates
a=ice-pwd:d841ce5f0cba8ffeda7e899440a32504
a=ice-ufrag:a4192e92
a=mid:0
a=setup:actpass
a=sctp-port:5000
a=max-message-size:1073741823
`)

export const FIREFOX_ANSWER = crlf(`v=0
o=mozilla...THIS_IS_SDPARTA-99.0 4393856661814809629 0 IN IP4 0.0.0.0
s=-
t=0 0
a=sendrecv
a=fingerprint:sha-256 AD:DD:F8:B1:4F:D6:D7:1F:C2:AF:1C:A3:C7:BD:01:C2:A1:78:5A:6F:ED:18:65:BB:BE:BD:EF:90:AE:AE:39:8B
a=group:BUNDLE 0
a=ice-options:trickle
a=msid-semantic:WMS *
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=candidate:0 1 UDP 2122187007 6424318f-6260-4bd9-b38e-626ec635e649.local 41518 typ host
a=candidate:1 1 UDP 2122252543 08df263d-057f-4a50-97b2-56649a13315a.local 40006 typ host
a=candidate:2 1 TCP 2105458943 6424318f-6260-4bd9-b38e-626ec635e649.local 9 typ host tcptype active
a=candidate:3 1 TCP 2105524479 08df263d-057f-4a50-97b2-56649a13315a.local 9 typ host tcptype active
a=sendrecv
a=end-of-candidates
a=ice-pwd:d841ce5f0cba8ffeda7e899440a32504
a=ice-ufrag:a4192e92
a=mid:0
a=setup:active
a=sctp-port:5000
a=max-message-size:1073741823
`)

function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n')
}
