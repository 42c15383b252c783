# cython: language_level=3
"""The rows that the kernels fill, as C structs. Handing over a numpy array whose dtype differs from its struct is a ValueError."""

from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef packed struct Row:         # schema.PACKET
    int64_t offset
    int64_t time
    uint32_t caplen
    uint32_t length
    uint32_t src
    uint32_t dst
    uint32_t seq
    uint32_t ack
    uint32_t seglen
    int32_t stream
    uint16_t interface
    uint16_t ip_at
    uint16_t tcp_at
    uint16_t srcport
    uint16_t dstport
    uint16_t bits
    uint16_t window
    uint16_t ip_id
    uint16_t marks
    uint8_t protocol
    uint16_t analysis
    uint32_t acked
    uint32_t repeats
    uint32_t duplicates
    uint32_t in_flight
    uint32_t pushed
    int8_t wscale
    uint32_t sacked
    uint32_t key_src
    uint32_t key_dst

cdef packed struct Address:     # schema.ADDRESS
    uint8_t family
    uint8_t raw[16]

cdef packed struct Link:        # schema.LINK: what the kernel needs of an interface
    int32_t link_type
    uint32_t snap_length
    uint64_t multiplier
    uint64_t divisor
    int64_t time_offset
    uint16_t number

cdef packed struct Connection:  # schema.CONNECTION; what has two ends stands as [A, B]
    int64_t first
    int64_t last
    int64_t start
    int64_t end
    int64_t syn_time
    int64_t initial_rtt
    uint64_t bytes[2]
    uint32_t packets[2]
    uint32_t addr[2]
    uint32_t base[2]
    uint16_t port[2]
    uint8_t known
    int8_t scale[2]
    uint8_t completeness
    uint8_t opening
