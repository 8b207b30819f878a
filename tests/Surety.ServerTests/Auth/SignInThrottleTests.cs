using System.Globalization;
using System.Net;
using Surety.Server.Auth;
using Surety.Testing.Time;

namespace Surety.ServerTests.Auth;

public sealed class SignInThrottleTests
{
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");
    private readonly SignInThrottle throttle = new(new ManualTimeProvider());

    [Fact]
    public void Names_that_strangers_choose_take_no_memory_however_long_they_are()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < 200; i++)
        {
            throttle.Failed(i.ToString(CultureInfo.InvariantCulture).PadLeft(100_000, 'x'), Address);
        }

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(10_000_000);
    }

    [Fact]
    public void A_long_name_is_closed_as_a_short_one_is_and_no_other()
    {
        var name = new string('x', 100_000);
        for (var i = 0; i < 5; i++)
        {
            throttle.Wait(name, Address).ShouldBeNull();
            throttle.Failed(name, Address);
        }

        throttle.Wait(name, Address).ShouldBe(TimeSpan.FromMinutes(5));
        throttle.Wait($"{name}y", Address).ShouldBeNull();
    }
}
