using Surety.Core.Configuration.Serving;
using Surety.Server.Alerts;

namespace Surety.ServerTests.Alerts;

public sealed class AlertBookTests
{
    private static readonly TimeSpan Remind = TimeSpan.FromHours(24);
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_alert_is_told_once_then_reminded_of_then_over()
    {
        var steps = new Steps();

        steps.At(0, Failed()).ShouldBe([AlertEvent.Opened]);
        steps.At(0.01, Failed("another message")).ShouldBeEmpty();
        steps.At(23.9, Failed()).ShouldBeEmpty();
        steps.At(24, Failed()).ShouldBe([AlertEvent.Reminder]);
        steps.At(47, Failed()).ShouldBeEmpty();
        steps.At(48, Failed()).ShouldBe([AlertEvent.Reminder]);
        steps.At(49).ShouldBe([AlertEvent.Recovered]);
        steps.At(50).ShouldBeEmpty();

        var over = steps.Book.Over.ShouldHaveSingleItem();
        over.Since.ShouldBe(Start);
        over.RecoveredAt.ShouldBe(Start.AddHours(49));
    }

    [Fact]
    public void What_matters_more_is_told_at_once_and_does_not_flap()
    {
        var steps = new Steps();
        steps.At(0, Failed());

        steps.At(1, Failed(severity: AlertSeverity.Critical)).ShouldBe([AlertEvent.Worse]);
        steps.At(2, Failed()).ShouldBeEmpty();
        steps.At(3, Failed(severity: AlertSeverity.Critical)).ShouldBeEmpty();
    }

    [Fact]
    public void What_cannot_be_judged_is_neither_over_nor_told_again()
    {
        var steps = new Steps();
        steps.At(0, Failed());

        steps.Unknown = _ => true;
        steps.At(1).ShouldBeEmpty();
        steps.At(30).ShouldBeEmpty();

        steps.Unknown = _ => false;
        steps.At(31).ShouldBe([AlertEvent.Recovered]);
    }

    [Fact]
    public void Two_tables_of_one_database_are_two_alerts()
    {
        var steps = new Steps();

        steps.At(0, Dropped("public.a"), Dropped("public.b")).ShouldBe([AlertEvent.Opened, AlertEvent.Opened]);
        steps.Book.Open.Keys.ShouldBe(["size-dropped:shop:public.a", "size-dropped:shop:public.b"], ignoreOrder: true);
    }

    [Fact]
    public void Who_has_not_looked_knows_nothing_and_who_has_says_when()
    {
        var steps = new Steps();
        steps.Book.LookedAt.ShouldBeNull();

        steps.At(1);

        steps.Book.LookedAt.ShouldBe(Start.AddHours(1));
        AlertBook.FromJson(steps.Book.ToJson()).LookedAt.ShouldBe(Start.AddHours(1));
        AlertBook.FromJson(null).LookedAt.ShouldBeNull();
    }

    [Fact]
    public void What_was_kept_and_what_was_found_meanwhile_are_one_book_and_nothing_in_it_twice()
    {
        var kept = new Steps();
        kept.At(0, Failed(), Dropped("public.a"), Dropped("public.b"));
        var own = new Steps { Book = kept.Book };
        // It goes on without being able to keep anything; another server has kept more meanwhile.
        own.At(1, Failed(), Dropped("public.b"));
        kept.At(1, Failed(), Dropped("public.a"), Dropped("public.c"));

        var more = kept.Book.Beyond(own.Book);
        var both = own.Book.With(more);

        more.Open.Keys.ShouldBe(["size-dropped:shop:public.c"]);
        both.Open.Keys.ShouldBe(
            ["backup-failed:shop", "size-dropped:shop:public.b", "size-dropped:shop:public.c"],
            ignoreOrder: true
        );
        both.Over.ShouldHaveSingleItem().Object.ShouldBe("public.a");
    }

    [Fact]
    public void A_book_comes_back_from_its_document_as_it_was()
    {
        var steps = new Steps();
        steps.At(0, Failed(), Dropped("public.a"));
        steps.At(1, Dropped("public.a"));

        var read = AlertBook.FromJson(steps.Book.ToJson());

        read.ToJson().ShouldBe(steps.Book.ToJson());
        read.Open.Keys.ShouldBe(steps.Book.Open.Keys);
        AlertBook.FromJson("{\"open\":").Open.ShouldBeEmpty();
    }

    private static AlertFinding Failed(string text = "it failed", AlertSeverity severity = AlertSeverity.High) =>
        new(AlertCondition.BackupFailed, severity, ["shop"], null, text, null);

    private static AlertFinding Dropped(string table) =>
        new(AlertCondition.SizeDropped, AlertSeverity.High, ["shop"], table, "rows are gone", null);

    private sealed class Steps
    {
        public AlertBook Book { get; set; } = AlertBook.Empty;

        public Func<Alert, bool> Unknown { get; set; } = _ => false;

        public IReadOnlyList<AlertEvent> At(double hours, params AlertFinding[] found)
        {
            (Book, var notices) = Book.Step(found, Unknown, Remind, Start.AddHours(hours));
            return [.. notices.Select(notice => notice.Event)];
        }
    }
}
