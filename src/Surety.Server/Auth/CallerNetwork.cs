using System.Net;
using System.Net.Sockets;

namespace Surety.Server.Auth;

/// <summary>From where somebody comes, as limits count it.</summary>
internal static class CallerNetwork
{
    /// <summary>The address; of IPv6 its /64, of which a household has a whole one. Empty where there is none.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8))
            : plain.ToString();
    }
}
