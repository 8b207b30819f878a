using Surety.Core.Restore;

namespace Surety.Tests.Restore;

public sealed class UnknownSettingsTests
{
    // As pg_restore 17 and 18 print it against a server of version 15.
    private static readonly string[] Refused =
    [
        "pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter \"transaction_timeout\"",
        "Command was: SET transaction_timeout = 0;",
    ];

    private static readonly string[] AnotherFailure =
    [
        "pg_restore: error: could not execute query: ERROR:  relation \"t_j_idx\" already exists",
        "Command was: CREATE INDEX t_j_idx ON public.t USING btree (j);",
        "",
    ];

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(2, 2, true)]
    [InlineData(4, 2, true)]
    [InlineData(4, 3, false)]
    [InlineData(4, 4, false)]
    public void As_many_failures_as_sessions_of_its_own_are_forgiven(int jobs, int ignored, bool forgiven)
    {
        string[] printed = [.. Refused, .. Refused, $"pg_restore: warning: errors ignored on restore: {ignored}"];

        UnknownSettings.Of(17, 15, jobs).ShouldNotBeNull()(printed).ShouldBe(forgiven);
    }

    [Fact]
    public void Another_failure_is_not_taken_for_the_setting()
    {
        var forgives = UnknownSettings.Of(18, 16, 1).ShouldNotBeNull();

        forgives([.. AnotherFailure, "pg_restore: warning: errors ignored on restore: 1"]).ShouldBeFalse();
        forgives([.. Refused, .. AnotherFailure, "pg_restore: warning: errors ignored on restore: 2"]).ShouldBeFalse();
    }

    [Fact]
    public void A_run_that_broke_off_is_not_forgiven()
    {
        var forgives = UnknownSettings.Of(18, 15, 2).ShouldNotBeNull();

        forgives([.. Refused, "pg_restore: error: could not read from input file: end of file"]).ShouldBeFalse();
        forgives([]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(15, 15)]
    [InlineData(16, 14)]
    [InlineData(17, 17)]
    [InlineData(18, 17)]
    public void Where_the_setting_is_not_set_or_is_known_nothing_is_forgiven(int pgRestore, int server) =>
        UnknownSettings.Of(pgRestore, server, 2).ShouldBeNull();
}
