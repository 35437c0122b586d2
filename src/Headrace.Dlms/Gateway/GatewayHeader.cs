using Headrace.Dlms.Apdu;

namespace Headrace.Dlms.Gateway;

/// <summary>The header in front of APDUs that a gateway passes on.</summary>
public static class GatewayHeader
{
    /// <summary>Takes the header off an APDU. False where it has none: it is of the gateway itself.</summary>
    /// <param name="received">The APDU as it came.</param>
    /// <param name="device">The device behind the gateway.</param>
    /// <param name="apdu">Its APDU, a slice of what came.</param>
    /// <param name="isRequest">True for E6: a request, or a push on its way up; false for E7, an answer.</param>
    /// <exception cref="Wire.ProtocolException">The header is cut short.</exception>
    public static bool TryRemove(
        ReadOnlyMemory<byte> received, out GatewayAddress device, out ReadOnlyMemory<byte> apdu, out bool isRequest)
    {
        (device, apdu, isRequest) = (default, received, false);
        if (received.IsEmpty || (ApduTag)received.Span[0] is not (ApduTag.GatewayRequest or ApduTag.GatewayResponse)) return false;
        isRequest = (ApduTag)received.Span[0] == ApduTag.GatewayRequest;
        switch (XdlmsApdu.Decode(received))
        {
            case GatewayRequest request:
                (device, apdu) = (new GatewayAddress(request.NetworkId, request.PhysicalDeviceAddress), request.UserApdu);
                break;
            case GatewayResponse response:
                (device, apdu) = (new GatewayAddress(response.NetworkId, response.PhysicalDeviceAddress), response.UserApdu);
                break;
        }
        return true;
    }
}
