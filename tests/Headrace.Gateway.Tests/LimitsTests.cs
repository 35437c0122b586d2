using System.Net;

namespace Headrace.Gateway.Tests;

public sealed class LimitsTests
{
    [Fact]
    public void The_descriptor_limit_is_read_as_the_system_states_it()
    {
        string[] lines =
        [
            "Limit                     Soft Limit           Hard Limit           Units     ",
            "Max processes             95829                95829                processes ",
            "Max open files            20000                524288               files     ",
        ];
        Assert.Equal(20_000, DescriptorLimit.Parse(lines));
        Assert.Null(DescriptorLimit.Parse(["Max open files            unlimited            unlimited            files     "]));
        Assert.Null(DescriptorLimit.Parse(["nothing of the sort"]));
        if (OperatingSystem.IsLinux()) Assert.True(DescriptorLimit.Read() is null or > 0);
    }

    [Theory]
    [InlineData(null, 10_000)]
    [InlineData(1_000_000L, 10_000)]
    [InlineData(4_096L, 4_096 - 500 - 256)]
    [InlineData(820L, 64)]
    public void Connections_stay_five_hundred_and_the_dialled_ones_below_the_limit(long? descriptors, int expected) =>
        Assert.Equal(expected, new GatewayLimits().ConnectionsWithin(descriptors));

    [Fact]
    public void Too_low_a_limit_is_one_clear_sentence_with_the_number_needed()
    {
        var thrown = Assert.Throws<GatewayException>(() => new GatewayLimits().ConnectionsWithin(819));
        Assert.Equal("The limit on open files is 819, and 820 are needed: raise it (ulimit -n, LimitNOFILE).", thrown.Message);
    }

    [Theory]
    [InlineData("127.0.0.1:4059", "127.0.0.1", 4059)]
    [InlineData("127.0.0.1", "127.0.0.1", 4059)]
    [InlineData("localhost:0", "127.0.0.1", 0)]
    [InlineData("[::1]:99", "::1", 99)]
    [InlineData("::1", "::1", 4059)]
    public void Listen_addresses_are_read(string text, string address, int port) =>
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), port), ListenAddress.Parse(text));

    [Theory]
    [InlineData("meter.example:4059")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:-1")]
    public void What_is_no_listen_address_is_refused(string text) =>
        Assert.Contains(text, Assert.Throws<GatewayException>(() => ListenAddress.Parse(text)).Message, StringComparison.Ordinal);
}
