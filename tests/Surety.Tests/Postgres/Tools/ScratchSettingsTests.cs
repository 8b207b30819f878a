using Surety.Core.Postgres.Tools;

namespace Surety.Tests.Postgres.Tools;

public sealed class ScratchSettingsTests
{
    [Fact]
    public void A_scratch_server_does_not_wait_for_the_disk_and_does_not_listen()
    {
        var written = ScratchSettings.Write("/tmp/s", null, new Dictionary<string, string>());

        written.ShouldContain("fsync = 'off'\n");
        written.ShouldContain("listen_addresses = ''\n");
        written.ShouldContain("unix_socket_directories = '/tmp/s'\n");
    }

    [Fact]
    public void A_chosen_setting_replaces_the_usual_one_whatever_its_capitals() =>
        ScratchSettings
            .Write("/tmp/s", null, new Dictionary<string, string> { ["FSYNC"] = "on" })
            .Split('\n')
            .Where(line => line.StartsWith("fsync", StringComparison.OrdinalIgnoreCase))
            .ShouldBe(["fsync = 'on'"]);

    [Fact]
    public void Values_cannot_break_out_of_their_quotes() =>
        ScratchSettings
            .Write("/tmp/s", null, new Dictionary<string, string> { ["my.text"] = @"a'b\c" })
            .ShouldContain(@"my.text = 'a''b\\c'");
}
