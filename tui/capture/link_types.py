"""THE table of link types: which header a packet begins with, by its LINKTYPE_ number.

Numbers and names are those of the registry (pcaplinktype draft, section 2.2.1;
https://www.tcpdump.org/linktypes.html), descriptions are Wireshark's. 12 and 14 are not in the registry: they
are what BSD systems once wrote for raw IP, and every reader takes them so.
"""

from __future__ import annotations

from msgspec import Struct


class LinkType(Struct, frozen=True):
    """One link type: its number, its name in the registry, and what it is in words."""

    number: int
    name: str
    description: str


_LINK_TYPES = (
    LinkType(0, "LINKTYPE_NULL", "NULL/Loopback"),
    LinkType(1, "LINKTYPE_ETHERNET", "Ethernet"),
    LinkType(2, "LINKTYPE_EXP_ETHERNET", "Xerox 3MB Ethernet"),
    LinkType(3, "LINKTYPE_AX25", "Amateur Radio AX.25"),
    LinkType(6, "LINKTYPE_IEEE802_5", "Token Ring"),
    LinkType(7, "LINKTYPE_ARCNET_BSD", "ARCNET"),
    LinkType(8, "LINKTYPE_SLIP", "SLIP"),
    LinkType(9, "LINKTYPE_PPP", "PPP"),
    LinkType(10, "LINKTYPE_FDDI", "FDDI"),
    LinkType(12, "LINKTYPE_RAW", "Raw IP"),
    LinkType(14, "LINKTYPE_RAW", "Raw IP"),
    LinkType(50, "LINKTYPE_PPP_HDLC", "PPP in HDLC-like framing"),
    LinkType(51, "LINKTYPE_PPP_ETHER", "PPP-over-Ethernet session"),
    LinkType(99, "LINKTYPE_SYMANTEC_FIREWALL", "Symantec Enterprise Firewall"),
    LinkType(100, "LINKTYPE_ATM_RFC1483", "RFC 1483 ATM"),
    LinkType(101, "LINKTYPE_RAW", "Raw IP"),
    LinkType(104, "LINKTYPE_C_HDLC", "Cisco HDLC"),
    LinkType(105, "LINKTYPE_IEEE802_11", "IEEE 802.11 Wireless LAN"),
    LinkType(106, "LINKTYPE_ATM_CLIP", "Linux ATM CLIP"),
    LinkType(107, "LINKTYPE_FRELAY", "Frame Relay"),
    LinkType(108, "LINKTYPE_LOOP", "OpenBSD loopback"),
    LinkType(109, "LINKTYPE_ENC", "OpenBSD enc(4) encapsulating interface"),
    LinkType(112, "LINKTYPE_HDLC", "NetBSD HDLC framing"),
    LinkType(113, "LINKTYPE_LINUX_SLL", "Linux cooked-mode capture v1"),
    LinkType(114, "LINKTYPE_LTALK", "Localtalk"),
    LinkType(117, "LINKTYPE_PFLOG", "OpenBSD PF Firewall logs"),
    LinkType(118, "LINKTYPE_CISCO_IOS", "Cisco IOS internal"),
    LinkType(119, "LINKTYPE_IEEE802_11_PRISM", "IEEE 802.11 plus Prism II monitor mode radio header"),
    LinkType(122, "LINKTYPE_IP_OVER_FC", "RFC 2625 IP-over-Fibre Channel"),
    LinkType(123, "LINKTYPE_SUNATM", "ATM PDUs"),
    LinkType(127, "LINKTYPE_IEEE802_11_RADIOTAP", "IEEE 802.11 plus radiotap radio header"),
    LinkType(128, "LINKTYPE_TZSP", "Tazmen sniffer protocol"),
    LinkType(129, "LINKTYPE_ARCNET_LINUX", "Linux ARCNET"),
    LinkType(130, "LINKTYPE_JUNIPER_MLPPP", "Juniper MLPPP"),
    LinkType(131, "LINKTYPE_JUNIPER_MLFR", "Juniper MLFR"),
    LinkType(133, "LINKTYPE_JUNIPER_GGSN", "Juniper GGSN"),
    LinkType(135, "LINKTYPE_JUNIPER_ATM2", "Juniper ATM2"),
    LinkType(136, "LINKTYPE_JUNIPER_SERVICES", "Juniper Services"),
    LinkType(137, "LINKTYPE_JUNIPER_ATM1", "Juniper ATM1"),
    LinkType(138, "LINKTYPE_APPLE_IP_OVER_IEEE1394", "Apple IP-over-IEEE 1394"),
    LinkType(139, "LINKTYPE_MTP2_WITH_PHDR", "MTP2 with pseudoheader"),
    LinkType(140, "LINKTYPE_MTP2", "SS7 MTP2"),
    LinkType(141, "LINKTYPE_MTP3", "SS7 MTP3"),
    LinkType(142, "LINKTYPE_SCCP", "SS7 SCCP"),
    LinkType(143, "LINKTYPE_DOCSIS", "Data Over Cable Service Interface Specification"),
    LinkType(144, "LINKTYPE_LINUX_IRDA", "IrDA"),
    *(LinkType(147 + user, f"LINKTYPE_USER{user}", f"USER {user}") for user in range(16)),
    LinkType(163, "LINKTYPE_IEEE802_11_AVS", "IEEE 802.11 plus AVS radio header"),
    LinkType(165, "LINKTYPE_BACNET_MS_TP", "BACnet MS/TP"),
    LinkType(166, "LINKTYPE_PPP_PPPD", "PPP with Directional Info"),
    LinkType(167, "LINKTYPE_JUNIPER_PPPOE", "Juniper PPPoE"),
    LinkType(169, "LINKTYPE_GPRS_LLC", "GPRS LLC"),
    LinkType(177, "LINKTYPE_LINUX_LAPD", "LAPD with Linux pseudo-header"),
    LinkType(178, "LINKTYPE_JUNIPER_ETHER", "Juniper Ethernet"),
    LinkType(179, "LINKTYPE_JUNIPER_PPP", "Juniper PPP"),
    LinkType(180, "LINKTYPE_JUNIPER_FRELAY", "Juniper Frame-Relay"),
    LinkType(181, "LINKTYPE_JUNIPER_CHDLC", "Juniper C-HDLC"),
    LinkType(183, "LINKTYPE_JUNIPER_VP", "Juniper Voice PIC"),
    LinkType(186, "LINKTYPE_USB_FREEBSD", "USB packets with FreeBSD header"),
    LinkType(187, "LINKTYPE_BLUETOOTH_HCI_H4", "Bluetooth H4"),
    LinkType(189, "LINKTYPE_USB_LINUX", "USB packets with Linux header"),
    LinkType(192, "LINKTYPE_PPI", "Per-Packet Information header"),
    LinkType(195, "LINKTYPE_IEEE802_15_4_WITHFCS", "IEEE 802.15.4 Wireless PAN"),
    LinkType(196, "LINKTYPE_SITA", "SITA WAN packets"),
    LinkType(197, "LINKTYPE_ERF", "Extensible Record Format"),
    LinkType(200, "LINKTYPE_JUNIPER_ST", "Juniper Secure Tunnel Information"),
    LinkType(201, "LINKTYPE_BLUETOOTH_HCI_H4_WITH_PHDR", "Bluetooth H4 with linux header"),
    LinkType(202, "LINKTYPE_AX25_KISS", "AX.25 with KISS header"),
    LinkType(203, "LINKTYPE_LAPD", "LAPD"),
    LinkType(204, "LINKTYPE_PPP_WITH_DIR", "PPP with Directional Info"),
    LinkType(205, "LINKTYPE_C_HDLC_WITH_DIR", "Cisco HDLC with Directional Info"),
    LinkType(206, "LINKTYPE_FRELAY_WITH_DIR", "Frame Relay with Directional Info"),
    LinkType(209, "LINKTYPE_I2C_LINUX", "I2C with Linux-specific pseudo-header"),
    LinkType(210, "LINKTYPE_FLEXRAY", "FlexRay"),
    LinkType(212, "LINKTYPE_LIN", "Local Interconnect Network"),
    LinkType(219, "LINKTYPE_MPLS", "MPLS with label as the header"),
    LinkType(220, "LINKTYPE_USB_LINUX_MMAPPED", "USB packets with Linux header and padding"),
    LinkType(224, "LINKTYPE_FC_2", "Fibre Channel FC-2"),
    LinkType(225, "LINKTYPE_FC_2_WITH_FRAME_DELIMS", "Fibre Channel FC-2 With Frame Delimiter"),
    LinkType(226, "LINKTYPE_IPNET", "Solaris IPNET"),
    LinkType(227, "LINKTYPE_CAN_SOCKETCAN", "SocketCAN"),
    LinkType(228, "LINKTYPE_IPV4", "Raw IPv4"),
    LinkType(229, "LINKTYPE_IPV6", "Raw IPv6"),
    LinkType(230, "LINKTYPE_IEEE802_15_4_NOFCS", "IEEE 802.15.4 Wireless PAN with FCS not present"),
    LinkType(231, "LINKTYPE_DBUS", "D-Bus"),
    LinkType(235, "LINKTYPE_DVB_CI", "DVB-CI (Common Interface)"),
    LinkType(236, "LINKTYPE_MUX27010", "MUX27010"),
    LinkType(239, "LINKTYPE_NFLOG", "NFLOG"),
    LinkType(240, "LINKTYPE_NETANALYZER", "Hilscher netANALYZER"),
    LinkType(241, "LINKTYPE_NETANALYZER_TRANSPARENT", "Hilscher netANALYZER-Transparent"),
    LinkType(242, "LINKTYPE_IPOIB", "IP over InfiniBand"),
    LinkType(243, "LINKTYPE_MPEG_2_TS", "ISO/IEC 13818-1 MPEG2-TS"),
    LinkType(245, "LINKTYPE_NFC_LLCP", "NFC LLCP"),
    LinkType(247, "LINKTYPE_INFINIBAND", "InfiniBand"),
    LinkType(248, "LINKTYPE_SCTP", "SCTP"),
    LinkType(249, "LINKTYPE_USBPCAP", "USB packets with USBPcap header"),
    LinkType(251, "LINKTYPE_BLUETOOTH_LE_LL", "Bluetooth Low Energy Link Layer"),
    LinkType(252, "LINKTYPE_WIRESHARK_UPPER_PDU", "Wireshark Upper PDU export"),
    LinkType(253, "LINKTYPE_NETLINK", "Linux Netlink"),
    LinkType(254, "LINKTYPE_BLUETOOTH_LINUX_MONITOR", "Bluetooth Linux Monitor"),
    LinkType(258, "LINKTYPE_PKTAP", "Apple PKTAP"),
    LinkType(259, "LINKTYPE_EPON", "Ethernet Passive Optical Network"),
    LinkType(266, "LINKTYPE_USB_DARWIN", "USB packets with Darwin (macOS, etc.) headers"),
    LinkType(271, "LINKTYPE_VSOCK", "Linux vsock"),
    LinkType(274, "LINKTYPE_ETHERNET_MPACKET", "IEEE 802.3br mPackets"),
    LinkType(276, "LINKTYPE_LINUX_SLL2", "Linux cooked-mode capture v2"),
    LinkType(280, "LINKTYPE_VPP_DISPATCH", "Vector Packet Processing graph dispatch trace"),
    LinkType(281, "LINKTYPE_DSA_TAG_BRCM", "Ethernet with a Broadcom switch tag inserted"),
    LinkType(282, "LINKTYPE_DSA_TAG_BRCM_PREPEND", "Ethernet with a Broadcom switch tag prepended"),
    LinkType(284, "LINKTYPE_DSA_TAG_DSA", "Ethernet with a Marvell DSA switch tag inserted"),
    LinkType(285, "LINKTYPE_DSA_TAG_EDSA", "Ethernet with a Marvell EDSA switch tag inserted"),
    LinkType(290, "LINKTYPE_ETW", "Event Tracing for Windows messages"),
)

LINK_TYPES = {link_type.number: link_type for link_type in _LINK_TYPES}


def link_type_name(number: int) -> str:
    """The registry's name: "LINKTYPE_ETHERNET" for 1, "LINKTYPE_UNKNOWN (999)" for what the table lacks."""
    known = LINK_TYPES.get(number)
    return known.name if known else f"LINKTYPE_UNKNOWN ({number})"


def link_type_description(number: int) -> str:
    """What it is in words: "Ethernet" for 1, "Unknown link type 999" for what the table lacks."""
    known = LINK_TYPES.get(number)
    return known.description if known else f"Unknown link type {number}"
