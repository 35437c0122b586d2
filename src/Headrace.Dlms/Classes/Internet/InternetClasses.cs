using Headrace.Dlms.Data;

namespace Headrace.Dlms.Classes.Internet;

/// <summary>The classes that set up communication by the Internet, and modems of mobile networks (IEC 62056-6-2, 4.7 and 4.9).</summary>
internal static class InternetClasses
{
    private static readonly AttributeDefinition[] GsmDiagnosticAttributes =
    [
        new(2, "operator", CosemTag.VisibleString), new(3, "status", CosemTag.Enum), new(4, "cs_attachment", CosemTag.Enum),
        new(5, "ps_status", CosemTag.Enum), new(6, "cell_info", CosemTag.Structure), new(7, "adjacent_cells", CosemTag.Array),
        new(8, "capture_time", CosemTag.DateTime, CosemTag.OctetString),
    ];

    public static IReadOnlyList<InterfaceClass> All { get; } =
    [
        InterfaceClass.Define(41, 0, "TCP-UDP setup",
            [
                new(2, "TCP-UDP_port", CosemTag.LongUnsigned), new(3, "IP_reference", CosemTag.OctetString),
                new(4, "MSS", CosemTag.LongUnsigned), new(5, "nb_of_sim_conn", CosemTag.Unsigned),
                new(6, "inactivity_time_out", CosemTag.LongUnsigned),
            ],
            []),
        InterfaceClass.Define(42, 0, "IPv4 setup",
            [
                new(2, "DL_reference", CosemTag.OctetString), new(3, "IP_address", CosemTag.DoubleLongUnsigned),
                new(4, "multicast_IP_address", CosemTag.Array), new(5, "IP_options", CosemTag.Array),
                new(6, "subnet_mask", CosemTag.DoubleLongUnsigned), new(7, "gateway_IP_address", CosemTag.DoubleLongUnsigned),
                new(8, "use_DHCP_flag", CosemTag.Boolean), new(9, "primary_DNS_address", CosemTag.DoubleLongUnsigned),
                new(10, "secondary_DNS_address", CosemTag.DoubleLongUnsigned),
            ],
            [
                new(1, "add_mc_IP_address", CosemTag.DoubleLongUnsigned), new(2, "delete_mc_IP_address", CosemTag.DoubleLongUnsigned),
                new(3, "get_nbof_mc_IP_addresses", CosemTag.Integer),
            ]),
        InterfaceClass.Define(43, 0, "MAC address setup",
            [new(2, "MAC_address", CosemTag.OctetString)],
            []),
        InterfaceClass.Define(44, 0, "PPP setup",
            [
                new(2, "PHY_reference", CosemTag.OctetString), new(3, "LCP_options", CosemTag.Array),
                new(4, "IPCP_options", CosemTag.Array), new(5, "PPP_authentication"),
            ],
            []),
        InterfaceClass.Define(45, 0, "GPRS modem setup",
            [
                new(2, "APN", CosemTag.OctetString), new(3, "PIN_code", CosemTag.LongUnsigned),
                new(4, "quality_of_service", CosemTag.Structure),
            ],
            []),
        InterfaceClass.Define(46, 0, "SMTP setup",
            [
                new(2, "server_port", CosemTag.LongUnsigned), new(3, "user_name", CosemTag.OctetString),
                new(4, "login_password", CosemTag.OctetString), new(5, "server_address", CosemTag.OctetString),
                new(6, "sender_address", CosemTag.OctetString),
            ],
            []),
        InterfaceClass.Define(47, 0, "GSM diagnostic", GsmDiagnosticAttributes, []),
        InterfaceClass.Define(47, 1, "GSM diagnostic", GsmDiagnosticAttributes, []),
        InterfaceClass.Define(47, 2, "GSM diagnostic", GsmDiagnosticAttributes, []),
        InterfaceClass.Define(48, 0, "IPv6 setup",
            [
                new(2, "DL_reference", CosemTag.OctetString), new(3, "address_config_mode", CosemTag.Enum),
                new(4, "unicast_IPv6_addresses", CosemTag.Array), new(5, "multicast_IPv6_addresses", CosemTag.Array),
                new(6, "gateway_IPv6_addresses", CosemTag.Array), new(7, "primary_DNS_address", CosemTag.OctetString),
                new(8, "secondary_DNS_address", CosemTag.OctetString), new(9, "traffic_class", CosemTag.Unsigned),
                new(10, "neighbor_discovery_setup", CosemTag.Array),
            ],
            [new(1, "add_IPv6_address", CosemTag.Structure), new(2, "remove_IPv6_address", CosemTag.Structure)]),
        InterfaceClass.Define(100, 0, "NTP setup",
            [
                new(2, "activated", CosemTag.Boolean), new(3, "server_address", CosemTag.OctetString),
                new(4, "server_port", CosemTag.LongUnsigned), new(5, "authentication_method", CosemTag.Enum),
                new(6, "authentication_keys", CosemTag.Array), new(7, "client_key", CosemTag.OctetString),
            ],
            [
                new(1, "synchronize", CosemTag.Integer), new(2, "add_authentication_key", CosemTag.Structure),
                new(3, "delete_authentication_key", CosemTag.DoubleLongUnsigned),
            ]),
    ];
}
